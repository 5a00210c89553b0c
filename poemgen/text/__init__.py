"""From files to poems, and from poems to ids and back; nothing here knows of networks."""
