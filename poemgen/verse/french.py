"""French spelling: what is silent at the end of a word, and which letters sound alike."""

from poemgen.verse.spelling import Rules, Spelling

_V = "aeiouyéèêëàâîïôûùə"
_SOFT = "(?=[eiyéèêëîïə])"
_ALONE = f"(?![{_V}nm])"  # a vowel is nasal before n or m, unless another of these letters follows
_SOUND = "aeEiouUø@ãẽõ"

# Words in -ent that are no verbs, and in -er whose r is heard.
_ENT = (
    "(?<=m)ent|(?<=^[vdclg])ent|(?<=^(?:arg|acc|ard|tal|abs|ori))ent|"
    "(?<=^(?:souv|prés|cont|serp|torr|couv|prud|viol))ent"
)
_ER = "(?<=^[mfv])er|(?<=^(?:ch|fi|hi|am))er|(?<=^(?:hiv|enf))er"

_ENDINGS: Rules = (
    ("^femme", "fame"),
    ("c(?=œ|oe)", "k"),
    ("œu|oeu", "eu"),
    ("œ", "é"),
    (f"(?:{_ENT})s?$", "ant"),
    ("(?<=[^aeéouq])ent$|(?<=oi|ai)ent$|(?<=qu|gu)ent$", "e"),
    (f"(?:{_ER})s?$", "èr"),
    ("(?:er|ers|ez)$", "é"),
    ("^([ldmstc])es$", r"\1é"),
    ("^([ldmstcjn]|qu)e$", r"\1@"),
    ("^(?:et|es|est)$", "è"),
    ("ied$", "ié"),
    ("es?$", "ə"),
    ("(?<=n)c$|(?<=m)b$|(?<!^)[dtpsxzg]+$", ""),
)
_LETTERS: Rules = (
    ("ge(?=[aoâ])|j", "ʒ"),
    ("eau|au|ô", "o"),
    (f"eill(?=[{_V}])|eil$", "Ej"),
    (f"euill(?=[{_V}])|ueill(?=[{_V}])|euil$|ueil$", "øj"),
    (f"ouill(?=[{_V}])|ouil$", "Uj"),
    (f"aill(?=[{_V}])|ail$", "aj"),
    (f"(?<![{_V}])(?<!^[vm])(?<!qu)ill(?=[{_V}])", "ij"),
    (f"oy(?=[{_V}])", "waj"),
    (f"ay(?=[{_V}])", "Ej"),
    (f"uy(?=[{_V}])", "uij"),
    ("gn", "ɲ"),
    ("ch", "ʃ"),
    ("ph", "f"),
    ("qu", "k"),
    (f"gu{_SOFT}", "g"),
    (f"g{_SOFT}", "ʒ"),
    (f"s?c{_SOFT}|ç", "ss"),
    ("c", "k"),
    ("h", ""),
    ("x", "ks"),
    (f"(?<=[{_V}])s(?=[{_V}])", "z"),
)
_VOWELS: Rules = (
    (f"oin{_ALONE}", "wẽ"),
    (f"(?<=[ié])en{_ALONE}", "ẽ"),
    (f"(?:[ae]?i|y|u)[nm]{_ALONE}", "ẽ"),
    (f"(?:[ae]|ao)[nm]{_ALONE}", "ã"),
    (f"o[nm]{_ALONE}", "õ"),
    ("o[iî]", "wa"),
    ("o[uùû]", "U"),
    ("e[uû]", "ø"),
    ("a[iî]|ei|[èêë]", "E"),
    (f"e(?=([^{_V}])\\1|[^{_V}]+$|[^{_V}lr][^{_V}lr])", "E"),
    ("(?<=.)e", "@"),
    ("é", "e"),
    ("[âà]", "a"),
    ("[ûùü]", "u"),
    ("[îy]", "i"),
    ("ï", "-i"),
    ("([^\\W])\\1", r"\1"),
    ("ə", ""),
    (f"(?<![bdfgkptv][lr])i(?=[{_SOUND}])", "j"),
    ("U(?=[aeEiẽ])", "w"),
    ("u(?=i)", "ɥ"),
)

# Verse may part what prose runs together: na-ti-on, pi-eux.
FRENCH = Spelling(
    sounds=_ENDINGS + _LETTERS + _VOWELS,
    nucleus=f"wa|wẽ|[{_SOUND}]",
    otherwise=((f"(?<=[^{_SOUND}])j(?=[õãøae])", "i"),),
)
