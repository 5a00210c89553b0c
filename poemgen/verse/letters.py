"""Letter to sound: a few rules of English spelling, applied from left to right; rough, for what no table knows."""

import re
from functools import lru_cache

# Letters (a regular expression), a colon, their sounds (= for the letter itself), in the order in which they are tried.
_RULES = r"""
tch:C sch:S ch:C sh:S th:T ph:f ck:k gh(?=[aeiouy]):g ght:t gh: wh:w wr:r qu:kw kn(?=[aeiouy]):n ng(?=[aeioulr]):Ng ng:N
nk:Nk dg:J x:ks mb$:m bb:b cc(?=[eiy]):ks cc:k dd:d ff:f gg:g ll:l mm:m nn:n pp:p rr:r ss:s tt:t vv:v zz:z
[ts]i(?=o[nu]|a[ln]):S tur(?=e):CR c(?=[eiy]):s g(?=[eiy]):J [bdfgklmnprstvwz]:= c:k q:k h:h j:J y(?=[aeiou]):j
eigh:E igh:Y augh:o ough:o air:er are$:er ear:Ir eer:Ir ier:Ir ire:YR our:Wr oar:or oor:Ur ure:Ur ore:or ai:E ay:E
au:o aw:o ea:I ee:I ei:I ey:I eu:u ew:u ie:I oa:O oe:O oi:Q oy:Q oo:u ou:W ow:O ui:u ue$:u a(?=[^aeiouywx]e):E
e(?=[^aeiouywx]e):I i(?=[^aeiouywx]e):Y o(?=[^aeiouywx]e):O u(?=[^aeiouywx]e):u ar:ar er:R ir:R or:or ur:R le$:Vl
(?<=[aeiouy][^aeiouy])e$: (?<=[aeiouy][^aeiouy][^aeiouy])e$: e$:I y$:I o$:O a$:V a:A e:e i:i o:a u:V y:i
"""


def letters_said(word: str) -> str:
    """The sounds that letters make, in the code of phones, no stress marked yet; letters without a rule are silent.

    >>> letters_said("shimble"), letters_said("blate")
    ('SimbVl', 'blEt')
    """
    said, place = "", 0
    while place < len(word):
        for letters, sounds in _rules():
            if found := letters.match(word, place):
                said += found[0] if sounds == "=" else sounds
                place = found.end()
                break
        else:
            place += 1
    return said


@lru_cache(maxsize=1)
def _rules() -> list[tuple[re.Pattern[str], str]]:
    parted = (rule.rpartition(":") for rule in _RULES.split())
    return [(re.compile(letters), sounds) for letters, _, sounds in parted]
