"""Poems in form: lines are drawn, many at a time and from either end, until one is what the form asks for."""
