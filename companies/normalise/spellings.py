"""What a person meant when the search found nothing: the other keyboard layout, the other alphabet."""

import re

LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>"
RUSSIAN_KEYS = "ёйцукенгшщзхъфывапролджэячсмитьбюЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ"
TO_RUSSIAN_LAYOUT = str.maketrans(LATIN_KEYS + "/?&@#$^", RUSSIAN_KEYS + '.,?"№;:')
TO_LATIN_LAYOUT = str.maketrans(RUSSIAN_KEYS + ".,", LATIN_KEYS + "/?")

# Greedy, longest first. Two columns: the usual reading and the other habit.
LATIN_TO_RUSSIAN = {
    "shch": ("щ", "щ"),
    "sch": ("щ", "ш"),
    "iya": ("ия", "ия"),
    "iy": ("ий", "ий"),
    "yy": ("ый", "ий"),
    "yo": ("е", "йо"),
    "yu": ("ю", "ю"),
    "ya": ("я", "я"),
    "ye": ("е", "ье"),
    "ju": ("ю", "ю"),
    "ja": ("я", "я"),
    "zh": ("ж", "ж"),
    "kh": ("х", "х"),
    "ts": ("ц", "тс"),
    "tz": ("ц", "тз"),
    "ch": ("ч", "х"),
    "sh": ("ш", "ш"),
    "ph": ("ф", "ф"),
    "th": ("т", "т"),
    "ck": ("к", "к"),
    "oo": ("у", "оо"),
    "ee": ("и", "ее"),
    "x": ("кс", "х"),
    "w": ("в", "в"),
    "q": ("к", "к"),
    "c": ("к", "ц"),
    "j": ("й", "дж"),
    "h": ("х", "г"),
    "y": ("ы", "й"),
}
SINGLE_LETTERS = dict(zip("abdefgiklmnoprstuvz", "абдефгиклмнопрстувз", strict=True))
RUSSIAN_TO_LATIN = dict(
    zip(
        "абвгдезийклмнопрстуфыэъьё",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "y",
            "e",
            "",
            "",
            "e",
        ],
        strict=True,
    )
)
RUSSIAN_DIGRAPHS = {
    "ж": ("zh", "j"),
    "х": ("kh", "h"),
    "ц": ("ts", "c"),
    "ч": ("ch", "ch"),
    "ш": ("sh", "sh"),
    "щ": ("shch", "sch"),
    "ю": ("yu", "u"),
    "я": ("ya", "ia"),
    "кс": ("ks", "x"),
}

CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
LATIN = re.compile(r"[a-z]", re.IGNORECASE)
LATIN_CHUNK = re.compile("|".join([*LATIN_TO_RUSSIAN, "[a-z]"]))
RUSSIAN_CHUNK = re.compile("|".join(["кс", "[а-яё]"]))
FINAL_Y = re.compile(r"(?<=[а-я])ы(?!\w)")


def layout_switched(text: str) -> str:
    """ghbdtn → привет, нфтвуч → yandex, [kt, → хлеб; the alphabet that prevails tells which way."""
    russian = len(CYRILLIC.findall(text))
    return text.translate(TO_LATIN_LAYOUT if russian > len(LATIN.findall(text)) else TO_RUSSIAN_LAYOUT)


def transliterations(text: str) -> tuple[str, ...]:
    """How the text may be written in the other alphabet, lower case, the likeliest first; never the text itself."""
    text = text.lower()
    if CYRILLIC.search(text):
        spellings = [_to_latin(text, habit) for habit in (0, 1)]
    elif LATIN.search(text):
        usual = _to_russian(text, 0)
        spellings = [FINAL_Y.sub("ий", usual), usual, _to_russian(text, 1)]
    else:
        spellings = []
    return tuple(dict.fromkeys(spelling for spelling in spellings if spelling and spelling != text))


def _to_latin(text: str, habit: int) -> str:
    def spelled(chunk: re.Match[str]) -> str:
        letters = chunk[0]
        return RUSSIAN_DIGRAPHS[letters][habit] if letters in RUSSIAN_DIGRAPHS else RUSSIAN_TO_LATIN[letters]

    return RUSSIAN_CHUNK.sub(spelled, text)


def _to_russian(text: str, habit: int) -> str:
    def spelled(chunk: re.Match[str]) -> str:
        letters = chunk[0]
        return LATIN_TO_RUSSIAN[letters][habit] if letters in LATIN_TO_RUSSIAN else SINGLE_LETTERS[letters]

    return LATIN_CHUNK.sub(spelled, text)
