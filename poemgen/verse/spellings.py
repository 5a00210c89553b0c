"""The spellings of languages, French from a file of its own."""

from poemgen.verse.french import FRENCH
from poemgen.verse.spelling import Rules, Spelling

_ACCENTS: Rules = (("[àá]", "a'"), ("[èé]", "e'"), ("[ìí]", "i'"), ("[òó]", "o'"), ("[ùú]", "u'"))
# Weak vowels beside another vowel make one syllable with it, unless they are stressed.
_NUCLEUS = "[iu](?!')[aeo]'?(?:[iu](?!'))?|[aeo]'?[iu](?!')|i(?!')u'?|u(?!')i'?|[aeiou]'?"
_GLIDE = "(?:[iu](?=[aeo])|i(?=u)|u(?=i))?"

ITALIAN = Spelling(
    sounds=(
        ("sci(?=[aeouàèéòóù])", "ʃ"),
        ("sc(?=[eièéìí])", "ʃ"),
        ("gli(?=[aeouàèéòóù])", "ʎ"),
        ("gl(?=i)", "ʎ"),
        ("gn", "ɲ"),
        ("c?qu", "kw"),
        ("gu(?=[aeioàèéìòó])", "gw"),
        ("ci(?=[aeouàèéòóù])", "ʧ"),
        ("gi(?=[aeouàèéòóù])", "ʤ"),
        ("c(?=[eièéìí])", "ʧ"),
        ("g(?=[eièéìí])", "ʤ"),
        ("c", "k"),
        ("h", ""),
        ("[yjîï]", "i"),
        ("^([^aeiou]*[iu])([aeo])$", r"\1'\2"),
        *_ACCENTS,
    ),
    nucleus=_NUCLEUS,
    glide=_GLIDE,
    unstressed=f"(?<=is)sim[oaie]$|(?<=[ai])bil[ei]$|(?<=e)vol[ei]$|(?<=[aei])rono?$|(?:{_NUCLEUS})$",
    otherwise=(("([iu])([aeo])$", r"\1'\2"),),
)

SPANISH = Spelling(
    sounds=(
        ("ch", "ʧ"),
        ("ph", "f"),
        ("h", ""),
        ("ll", "y"),
        ("v", "b"),
        ("qu", "k"),
        ("g(?=[eiéí])", "j"),
        ("gü", "gw"),
        ("gu(?=[eiéí])", "g"),
        ("c(?=[eiéí])", "z"),
        ("c", "k"),
        ("x", "ks"),
        ("y(?![aeiouáéíóú])", "j-"),
        ("ü", "u"),
        *_ACCENTS,
    ),
    nucleus=_NUCLEUS,
    glide=_GLIDE,
    unstressed=f"(?:{_NUCLEUS})[ns]?$",
)

GERMAN = Spelling(
    sounds=(
        ("ß", "ss"),
        ("äu|eu", "oi-"),
        ("e[iy]|a[iy]", "ai-"),
        ("(?<=[aomshrn])her$", "he'r"),
        ("ehn$", "e'n"),
        ("ä", "e"),
        ("y", "ü"),
        ("ieh?|ih", "I"),
        ("([aeiouöüI])h(?![aeiouöüI])", r"\1"),
        ("([aeo])\\1", r"\1"),
        ("ph|v", "f"),
        ("tsch", "ʧ"),
        ("sch", "ʃ"),
        ("chs|x", "ks"),
        ("ch", "χ"),
        ("ck", "kk"),
        ("c", "k"),
        ("qu", "kw"),
        ("tz", "tts"),
        ("z", "ts"),
        ("th|dt", "t"),
        ("([bdfgklmnprst])\\1(?=[^aeiouöüI\\W])", r"\1"),
        ("b(?=s?t?$)", "p"),
        ("d(?=s?t?$)", "t"),
        ("(?<!n)g(?=s?t?$)", "k"),
    ),
    nucleus="au|oi-|ai-|[aeiouöüI]'?",
    unstressed="(?:t?e|e[nrlmst]|te[nt]|te?st|ern|e[nrl]s|eln|ung|nis|(?<!erl)(?:iχ|ik|ig|iʃ)(?:e[nrsm]?)?)$",
)

RUSSIAN = Spelling(
    sounds=(
        ("([ое])го$", r"\1во"),
        ("ть?ся$", "ца"),
        ("б(?=ь?$)", "п"),
        ("в(?=ь?$)", "ф"),
        ("г(?=ь?$)", "к"),
        ("д(?=ь?$)", "т"),
        ("ж(?=ь?$)", "ш"),
        ("з(?=ь?$)", "с"),
        ("(?<=[жшчщ])ь", ""),
        ("(?<=[бвгджзклмнпрстфхцчшщ])ё", "о'"),
        ("ё", "ё'"),
        ("ы(?=.)", "и"),
        ("(?<=[бвгджзклмнпрстфхцчшщ])я(?=.)", "а"),
        ("(?<=[бвгджзклмнпрстфхцчшщ])ю(?=.)", "у"),
        ("э", "е"),
    ),
    nucleus="[аеёиоуыюя]'?",
    open_with_onset=True,
)

SPELLINGS = {"it": ITALIAN, "es": SPANISH, "fr": FRENCH, "de": GERMAN, "ru": RUSSIAN}
