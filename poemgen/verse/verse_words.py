"""English words that verse says otherwise than the table, or that only verse still says."""

from functools import lru_cache

from poemgen.verse.phones import encode

# A word a line, the usual way first, in ARPAbet.
_WORDS = """
abed         AH0 B EH1 D
afar         AH0 F AA1 R
affright     AH0 F R AY1 T
again        AH0 G EH1 N | AH0 G EY1 N
against      AH0 G EH1 N S T | AH0 G EY1 N S T
aged         EY1 JH AH0 D | EY1 JH D
albeit       AO0 L B IY1 IH0 T
alway        AO1 L W EY2
anear        AH0 N IH1 R
anon         AH0 N AA1 N
aright       AH0 R AY1 T
aye          AY1 | EY1
bade         B AE1 D | B EY1 D
been         B IH1 N | B IY1 N
beloved      B IH0 L AH1 V D | B IH0 L AH1 V AH0 D
blessed      B L EH1 S T | B L EH1 S AH0 D
bourn        B AO1 R N
childe       CH AY1 L D
cursed       K ER1 S T | K ER1 S AH0 D
didst        D IH1 D S T
dost         D AH1 S T
doth         D AH1 TH
durst        D ER1 S T
ere          EH1 R
erst         ER1 S T
even         IY1 V IH0 N | IY1 V N
fain         F EY1 N
fay          F EY1
flown        F L OW1 N
gat          G AE1 T
gloaming     G L OW1 M IH0 NG
hath         HH AE1 TH
heaven       HH EH1 V AH0 N | HH EH1 V N
hearken      HH AA1 R K AH0 N
hither       HH IH1 DH ER0
isle         AY1 L
lief         L IY1 F
lo           L OW1
ne'er        N EH1 R
e'er         EH1 R
o'er         AO1 R
where'er     W EH0 R EH1 R
whene'er     W EH0 N EH1 R
whate'er     W AH0 T EH1 R
whoe'er      HH UW0 EH1 R
howe'er      HH AW0 EH1 R
whatsoe'er   W AH2 T S OW0 EH1 R
whosoe'er    HH UW2 S OW0 EH1 R
wheresoe'er  W EH2 R S OW0 EH1 R
e'en         IY1 N
ta'en        T EY1 N
th'
the          DH AH0 | DH IY0
i'           IH0
o'           AH0
a'           AO1
'd           D
'em          AH0 M
't           T
thou'rt      DH AW1 R T
tho'         DH OW1
altho'       AO0 L DH OW1
thro'        TH R UW1
wi'          W IH1
awa'         AH0 W AO1
'twould      T W UH1 D
'gan         G AE1 N
'gins        G IH1 N Z
'plain       P L EY1 N
'scape       S K EY1 P
'scaped      S K EY1 P T
'midst       M IH1 D S T
'ware        W EH1 R
'fore        F AO1 R
'fraid       F R EY1 D
'neath       N IY1 TH
'mid         M IH1 D
'mongst      M AH1 NG S T
'tween       T W IY1 N
'twixt       T W IH1 K S T
'stead       S T EH1 D
'sdeath      Z D EH1 TH
loth         L OW1 TH
methinks     M IY0 TH IH1 NG K S
methought    M IY0 TH AO1 T
nathless     N AE1 TH L AH0 S
nigh         N AY1
oft          AO1 F T
oped         OW1 P T
quoth        K W OW1 TH
ruth         R UW1 TH
saith        S EH1 TH | S EY1 TH
saidst       S EH1 D S T
says         S EH1 Z
shouldst     SH UH1 D S T
sith         S IH1 TH
sooth        S UW1 TH
spake        S P EY1 K
thence       DH EH1 N S
thereat      DH EH0 R AE1 T
thither      DH IH1 DH ER0
twain        T W EY1 N
wert         W ER1 T
wast         W AA1 S T
whence       W EH1 N S
whither      W IH1 DH ER0
wight        W AY1 T
wilt         W IH1 L T
wind         W IH1 N D | W AY1 N D
winged       W IH1 NG D | W IH1 NG AH0 D
wist         W IH1 S T
withal       W IH0 DH AO1 L
wold         W OW1 L D
won          W AH1 N
wot          W AA1 T
wouldst      W UH1 D S T
couldst      K UH1 D S T
mayst        M EY1 S T
canst        K AE1 N S T
hadst        HH AE1 D S T
yclept       IH0 K L EH1 P T
ye           Y IY1
yea          Y EY1
yestereve    Y EH2 S T ER0 IY1 V
yesternight  Y EH2 S T ER0 N AY1 T
yon          Y AA1 N
yore         Y AO1 R
zephyr       Z EH1 F ER0
"""


@lru_cache(maxsize=1)
def verse_words() -> dict[str, tuple[str, ...]]:
    """The ways to say each of these words, the usual one first."""
    lines = (line.split(maxsplit=1) for line in _WORDS.strip().splitlines())
    return {word: tuple(encode(way) for way in ("".join(ways)).split("|")) for word, *ways in lines}
