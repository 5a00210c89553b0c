"""What is known of a language's spelling."""

from dataclasses import dataclass

Rules = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Spelling:
    """How the letters of a language sound, in regular expressions.

    `sounds` respell a word, in their order; `otherwise` turns the result into a second way to say it. In the result
    a match of `nucleus` is a syllable; what `glide` matches at its start is no part of a rhyme. The stress is on the
    last nucleus before a match of `unstressed`, or on the last of all without a match. With `open_with_onset` the
    rhyme of a word that ends in a vowel takes the consonant before it too.
    """

    sounds: Rules
    nucleus: str
    unstressed: str = "(?!)"
    otherwise: Rules = ()
    glide: str = ""
    open_with_onset: bool = False


PLAIN = Spelling(sounds=(), nucleus="[aeiouyà-æè-ïò-öø-ýœаеёиоуыэюяα-ω]+")
