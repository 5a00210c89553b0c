"""English words that verse says otherwise than the table, or that only verse still says."""

from functools import lru_cache

from poemgen.verse.phones import encode

# A word a line, the usual way first, in ARPAbet.
_WORDS = """
a'           AO1
abed         AH0 B EH1 D
accurst      AH0 K ER1 S T
afar         AH0 F AA1 R
affright     AH0 F R AY1 T
again        AH0 G EH1 N | AH0 G EY1 N
against      AH0 G EH1 N S T | AH0 G EY1 N S T
aged         EY1 JH AH0 D | EY1 JH D
albeit       AO0 L B IY1 IH0 T
altho'       AO0 L DH OW1
alway        AO1 L W EY2
anear        AH0 N IH1 R
anon         AH0 N AA1 N
aright       AH0 R AY1 T
awa'         AH0 W AO1
aye          AY1 | EY1
bade         B AE1 D | B EY1 D
beauteous    B Y UW1 T IY0 AH0 S
been         B IH1 N | B IY1 N
beloved      B IH0 L AH1 V D | B IH0 L AH1 V AH0 D
blessed      B L EH1 S T | B L EH1 S AH0 D
bourn        B AO1 R N
burthen      B ER1 DH AH0 N
canst        K AE1 N S T
cherubim     CH EH1 R AH0 B IH2 M
childe       CH AY1 L D
clime        K L AY1 M
clomb        K L OW1 M
copse        K AA1 P S
corse        K AO1 R S
cot          K AA1 T
couldst      K UH1 D S T
cursed       K ER1 S T | K ER1 S AH0 D
'd           D
deus         D EY1 AH0 S
didst        D IH1 D S T
dost         D AH1 S T
doth         D AH1 TH
drear        D R IH1 R
durst        D ER1 S T
e'en         IY1 N
e'er         EH1 R
een          IY1 N
elysian      IH0 L IH1 ZH AH0 N
'em          AH0 M
enow         IH0 N AW1
ere          EH1 R
erewhile     EH0 R W AY1 L
erst         ER1 S T
even         IY1 V IH0 N | IY1 V N
exultation   EH2 K S AH0 L T EY1 SH AH0 N
faery        F EH1 R IY0
fain         F EY1 N
fay          F EY1
flown        F L OW1 N
'fore        F AO1 R
forsooth     F ER0 S UW1 TH
'fraid       F R EY1 D
'gan         G AE1 N
gat          G AE1 T
gie          G IY1
'gins        G IH1 N Z
gloaming     G L OW1 M IH0 NG
guerdon      G ER1 D AH0 N
hadst        HH AE1 D S T
hae          HH EY1
hath         HH AE1 TH
hearken      HH AA1 R K AH0 N
heaven       HH EH1 V AH0 N | HH EH1 V N
hie          HH AY1
hither       HH IH1 DH ER0
howe'er      HH AW0 EH1 R
i'           IH0
isle         AY1 L
languor      L AE1 NG G ER0
lief         L IY1 F
live         L IH1 V | L AY1 V
lo           L OW1
lorn         L AO1 R N
loth         L OW1 TH
mayst        M EY1 S T
methinks     M IY0 TH IH1 NG K S
methought    M IY0 TH AO1 T
'mid         M IH1 D
'midst       M IH1 D S T
minstrelsy   M IH1 N S T R AH0 L S IY0
'mongst      M AH1 NG S T
nae          N EY1
naiad        N EY1 AE0 D
nathless     N AE1 TH L AH0 S
ne'er        N EH1 R
'neath       N IY1 TH
nigh         N AY1
o            OW1
o'           AH0
o'er         AO1 R
oft          AO1 F T
ope          OW1 P
oped         OW1 P T
'plain       P L EY1 N
poesy        P OW1 AH0 Z IY0
prithee      P R IH1 DH IY0
quoth        K W OW1 TH
raiment      R EY1 M AH0 N T
roundelay    R AW1 N D AH0 L EY2
ruth         R UW1 TH
sae          S EY1
saidst       S EH1 D S T
saith        S EH1 TH | S EY1 TH
says         S EH1 Z
'scape       S K EY1 P
'scaped      S K EY1 P T
'sdeath      Z D EH1 TH
sepulchre    S EH1 P AH0 L K ER0
seraph       S EH1 R AH0 F
shouldst     SH UH1 D S T
sinews       S IH1 N Y UW0 Z
sith         S IH1 TH
sooth        S UW1 TH
spake        S P EY1 K
'stead       S T EH1 D
't           T
t'other      T AH1 DH ER0
ta'en        T EY1 N
th'
the          DH AH0 | DH IY0
thence       DH EH1 N S
thereat      DH EH0 R AE1 T
thither      DH IH1 DH ER0
tho'         DH OW1
thou'lt      DH AW1 L T
thou'rt      DH AW1 R T
thro'        TH R UW1
twa          T W AO1
twain        T W EY1 N
'tween       T W IY1 N
'twixt       T W IH1 K S T
'twould      T W UH1 D
verdure      V ER1 JH ER0
vesture      V EH1 S CH ER0
'ware        W EH1 R
wast         W AA1 S T
wert         W ER1 T
wha          W AO1
whate'er     W AH0 T EH1 R
whatsoe'er   W AH2 T S OW0 EH1 R
whence       W EH1 N S
whene'er     W EH0 N EH1 R
where'er     W EH0 R EH1 R
whereat      W EH0 R AE1 T
whereof      W EH0 R AH1 V
whereon      W EH0 R AA1 N
wheresoe'er  W EH2 R S OW0 EH1 R
whither      W IH1 DH ER0
whoe'er      HH UW0 EH1 R
whoso        HH UW1 S OW0
whosoe'er    HH UW2 S OW0 EH1 R
wi'          W IH1
wight        W AY1 T
wilt         W IH1 L T
wind         W IH1 N D | W AY1 N D
wing'd       W IH1 NG D
winged       W IH1 NG D | W IH1 NG AH0 D
wist         W IH1 S T
withal       W IH0 DH AO1 L
woful        W OW1 F AH0 L
wold         W OW1 L D
won          W AH1 N
woodbine     W UH1 D B AY2 N
wot          W AA1 T
wouldst      W UH1 D S T
wreath'd     R IY1 DH D
wreathe      R IY1 DH
wreathed     R IY1 DH D
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
