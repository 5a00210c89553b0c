"""The small words of a few languages, which carry no beat of their own.

The English ones were counted in 32,000 lines of ten syllables by six poets: a faint word stands on a strong place less
than about a third of the time, a plain one about as often as not.
"""

from collections.abc import Mapping
from functools import lru_cache

FAINT: Mapping[str, str] = {
    "en": ("a an the and or nor but of to my thy his her their your our its whose th' o oh ah ye that for till who no"),
    "de": "der die das den dem des ein und zu im am es",
    "es": "el la los las un de a y o que mi tu su se me te lo le en",
    "fr": "le la les un de des du et à au aux ce se ne que je tu il ma ta sa",
    "it": "il lo la i gli le un di a e o che mi ti si ci ne",
    "ru": "и а в к с о у не на но по за",
}

PLAIN: Mapping[str, str] = {
    "en": (
        "as at by from in on with through than like up off down out near past since when where while though yet how "
        "i he she it they we me him us them thee you thou mine thine self what which whom this these those such some "
        "all each both one there then now here thus too not just so if am is are was were be been being art wert wast "
        "do does did doth dost has hath have had hast hadst shall shalt should will wilt would may might can can't "
        "could must let i'm i'll i've i'd he's he'll he'd she's it's you're you'll they're we're we'll that's there's "
        "'tis 'twas 'twere 'twill don't won't o'er e'er ne'er ere upon into unto onto over under after before among "
        "against without within about because until unless whether more most own much why once still any many"
    ),
    "de": (
        "ich du er sie wir ihr mich dich ihn uns euch mir dir ihm mein dein sein eine einen einem einer eines als an "
        "auf aus bei bis durch für in mit nach um von vor über unter ohne wie wo wenn daß dass ob so nun noch nur auch "
        "da doch denn aber oder ist bin bist sind war wird hat hab nicht kein"
    ),
    "ru": "я ты он мы вы мне его ей их мой твой свой что как от из до под над при без бы же ли ни",
}


@lru_cache(maxsize=16)
def faint(language: str) -> frozenset[str]:
    """The words of one syllable that are weak by nature: articles, possessives, `and`, `of`."""
    return frozenset(FAINT.get(language, "").split())


@lru_cache(maxsize=16)
def plain(language: str) -> frozenset[str]:
    """The words that are as strong or weak as a line needs them: pronouns, auxiliaries, prepositions."""
    return frozenset(PLAIN.get(language, "").split())
