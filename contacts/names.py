"""Names of persons: taking a full name apart, gender, cases, and how a letter addresses somebody.

Works on anything with `last_name`, `first_name` and `middle_name`: a `Person`, a user, or the `Name` that `split_name`
gives. What the rules cannot know they leave as it is, and a letter is previewed before it goes."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple, Protocol

from pytrovich.detector import PetrovichGenderDetector
from pytrovich.enums import Case, NamePart
from pytrovich.enums import Gender as Grammatical
from pytrovich.maker import PetrovichDeclinationMaker

from contacts.enums import Gender
from core.formats import initials_name

_FIRST_NAMES = """
    александр алексей анатолий андрей антон аркадий арсений артем артур богдан борис вадим валентин валерий василий
    вениамин виктор виталий владимир владислав всеволод вячеслав геннадий георгий герман глеб григорий давид даниил
    данила денис дмитрий егор евгений ефим захар иван игорь илья иосиф кирилл константин лев леонид максим марат марк
    матвей михаил никита николай олег павел петр прохор радик рамиль ренат рифат роман руслан рустам савелий семен
    сергей станислав степан тарас тимофей тимур федор филипп шамиль эдуард эльдар юлиан юрий яков ян ярослав
    айгуль алевтина александра алена алина алиса алла альбина анастасия ангелина анжела анна антонина валентина валерия
    варвара василиса вера вероника виктория галина гульнара дарья диана евгения екатерина елена елизавета жанна зинаида
    зоя инга инесса инна ирина карина кира клавдия ксения лариса лидия лилия людмила любовь маргарита марина мария
    майя надежда наталия наталья нелли нина оксана олеся ольга полина раиса регина римма роза светлана снежана софия
    софья таисия тамара татьяна ульяна фаина эвелина элеонора эльвира эмма юлия яна
    саша женя валя слава миша коля вова дима леша алеша сережа паша петя юра катя лена маша наташа оля таня света ира
    аня юля настя
"""
FIRST_NAMES = frozenset(_FIRST_NAMES.split())

PATRONYMIC = re.compile(r"(?:ович|евич|ьич|кузьмич|лукич|фомич|никитич|овна|евна|ична|инична)$")
TURKIC_ENDING = re.compile(r"^(?:оглы|оглу|углы|угли|улы|уулу|кызы|кизи|гызы)$")
SURNAME = re.compile(
    r"(?:[оеё]в|ин|ын|[оеё]ва|ина|ына|ск(?:ий|ая|ой)|цк(?:ий|ая)|енко|ук|юк|чук|ых|их|ян|дзе|швили|ко)$"
)
INITIAL = re.compile(r"[А-ЯЁA-Z]")
GLUED_INITIALS = re.compile(r"(?<=[А-ЯЁA-Z])\.(?=[А-ЯЁA-Z])")
COURTESY = re.compile(r"^(?:г-н|г-жа|гн|господин|госпожа|г\.)\s+", re.IGNORECASE)
CYRILLIC = re.compile(r"[А-Яа-яЁё]")

_makes_cases = PetrovichDeclinationMaker()
_detects_gender = PetrovichGenderDetector()
NAME_PARTS = ("lastname", "firstname", "middlename")
GRAMMATICAL = {Gender.MALE: Grammatical.MALE, Gender.FEMALE: Grammatical.FEMALE}
# The fleeting vowel that the rules of the library miss.
SURNAME_STEMS = {"заяц": "зайц"}
STEM_ENDINGS = {Case.GENITIVE: "а", Case.DATIVE: "у"}


class Named(Protocol):
    @property
    def last_name(self) -> str: ...
    @property
    def first_name(self) -> str: ...
    @property
    def middle_name(self) -> str: ...


class Name(NamedTuple):
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""


# --- taking apart ---------------------------------------------------------------------------------------------


def split_name(text: str | None) -> Name:
    """«Рябов Савелий Жанович», «Савелий Жанович Рябов», «Рябов С. Ж.», «С.Ж. Рябов», «Анна Ивановна». When nothing
    tells the order, a Russian list begins with the surname and a Latin one ends with it."""
    words = _words(text or "")
    initials = [word for word in words if _is_initial(word)]
    if initials:
        rest = [word for word in words if word not in initials]
        return _with_initials(rest, [f"{word[0]}." for word in initials])
    if len(words) <= 2:
        return _of_two(words)
    return _of_three(words[0], words[1], " ".join(words[2:]))


def _words(text: str) -> list[str]:
    text = COURTESY.sub("", unicodedata.normalize("NFKC", text).strip())
    before, _comma, after = text.partition(",")
    text = f"{before} {after}" if len(before.split()) == 1 else before
    words = [_cased(word) for word in GLUED_INITIALS.sub(". ", text).split() if any(map(str.isalpha, word))]
    joined: list[str] = []
    for word in words:
        if joined and TURKIC_ENDING.match(word.lower()):
            joined[-1] += f" {word.lower()}"
        else:
            joined.append(word)
    return joined


def _cased(word: str) -> str:
    """ИВАНОВ and иванов become Иванов; Де-Нуар and МакКей keep their own capitals."""
    if len(word) < 3 or not (word.isupper() or word.islower()) or word.endswith("."):
        return word
    return "-".join(part.capitalize() for part in word.split("-"))


def _is_initial(word: str) -> bool:
    return len(word.rstrip(".")) == 1 and bool(INITIAL.match(word))


def _is_patronymic(word: str) -> bool:
    return bool(PATRONYMIC.search(word.lower()) or TURKIC_ENDING.match(word.lower().rpartition(" ")[2]))


def _with_initials(rest: list[str], initials: list[str]) -> Name:
    if len(rest) == 2 and len(initials) == 1:  # «Рябов Савелий Ж.»
        two = _of_two(rest)
        return Name(two.last_name, two.first_name, initials[0])
    first, middle = (*initials, "", "")[:2]
    return Name(" ".join(rest), first, middle)


def _of_two(words: list[str]) -> Name:
    if not words:
        return Name()
    a, b = (*words, "")[:2]
    if not b:
        return Name(first_name=a) if _is_first_name(a) else Name(last_name=a)
    if _is_patronymic(b) and not SURNAME.search(a.lower()):
        return Name("", a, b)
    if _is_first_name(a) and not _is_first_name(b):
        return Name(b, a)
    western = not CYRILLIC.search(a + b) or (SURNAME.search(b.lower()) and not SURNAME.search(a.lower()))
    return Name(b, a) if western and not _is_first_name(b) else Name(a, b)


def _of_three(a: str, b: str, c: str) -> Name:
    surname_last = _is_patronymic(b) or not CYRILLIC.search(a + b + c)
    return Name(c, a, b) if surname_last else Name(a, b, c)


def _is_first_name(word: str) -> bool:
    return word.lower().replace("ё", "е") in FIRST_NAMES


# --- gender and cases -----------------------------------------------------------------------------------------


def gender_of(person: Named) -> Gender:
    """From the patronymic, else from the first name and the surname; unknown when they do not tell."""
    parts = {
        "middlename": _detectable(person.middle_name).rpartition(" ")[2],
        "firstname": _detectable(person.first_name),
        "lastname": _detectable(person.last_name),
    }
    return _gender_by(parts["lastname"], parts["firstname"], parts["middlename"])


@lru_cache(20_000)  # a file of a hundred thousand persons has a few thousand names
def _gender_by(last: str, first: str, middle: str) -> Gender:
    known = {part: word for part, word in zip(NAME_PARTS, (last, first, middle), strict=True) if word}
    found = _detects_gender.detect(**known) if known else None
    return next((gender for gender, grammatical in GRAMMATICAL.items() if grammatical is found), Gender.UNKNOWN)


def dative(person: Named, gender: str = "") -> Name:
    """Рябову Савелию Жановичу (кому)."""
    return _declined(person, gender, Case.DATIVE)


def genitive(person: Named, gender: str = "") -> Name:
    """Рябова Савелия Жановича (кого)."""
    return _declined(person, gender, Case.GENITIVE)


def _detectable(word: str) -> str:
    return "" if _is_initial(word) or not CYRILLIC.search(word) else word.replace("ё", "е").replace("Ё", "Е")


def _declined(person: Named, gender: str, case: Case) -> Name:
    grammatical = GRAMMATICAL.get(Gender(gender or gender_of(person)))
    if grammatical is None:
        return Name(person.last_name, person.first_name, person.middle_name)
    return Name(
        _word_declined(NamePart.LASTNAME, person.last_name, grammatical, case),
        _word_declined(NamePart.FIRSTNAME, person.first_name, grammatical, case),
        _word_declined(NamePart.MIDDLENAME, person.middle_name, grammatical, case),
    )


def _word_declined(part: NamePart, word: str, gender: Grammatical, case: Case) -> str:
    if not CYRILLIC.search(word) or _is_initial(word) or TURKIC_ENDING.match(word.lower().rpartition(" ")[2]):
        return word
    stem = SURNAME_STEMS.get(word.lower())
    if stem and part is NamePart.LASTNAME and gender is Grammatical.MALE:
        return f"{stem.capitalize()}{STEM_ENDINGS[case]}"
    return _makes_cases.make(part, gender, case, word)


# --- letters --------------------------------------------------------------------------------------------------

DEAR = {Gender.MALE: "Уважаемый", Gender.FEMALE: "Уважаемая"}
COURTESIES = {Gender.MALE: "господин", Gender.FEMALE: "госпожа"}
GREETING = "Здравствуйте"


def salutation(person: Named | None, *, gender: str = "", override: str = "") -> str:
    """«Уважаемый Иван Петрович!», «Уважаемая госпожа Иванова!», «Здравствуйте, Иван!», «Здравствуйте!»: the most
    respectful form that what we know of the person allows. Letters are Russian on any screen."""
    if override or person is None:
        return override or f"{GREETING}!"
    known = Gender(gender or gender_of(person))
    first, middle = (_in_full(word) for word in (person.first_name, person.middle_name))
    if known and first and middle:
        return f"{DEAR[known]} {first} {middle}!"
    if known and person.last_name:
        return f"{DEAR[known]} {COURTESIES[known]} {person.last_name}!"
    return f"{GREETING}, {first} {middle}".rstrip() + "!" if first else f"{GREETING}!"


def addressee_block(
    person: Named | None, *, company: str, position: str = "", address: str = "", gender: str = ""
) -> list[str]:
    """The lines at the top right of a paper letter: the position and the name in the dative, the organisation
    between them, the postal address below."""
    name = ""
    if person is not None:
        whom = dative(person, gender)
        name = initials_name(whom.last_name, whom.first_name, whom.middle_name)
    post = position_dative(position) if name else ""
    return [line for line in (post[:1].upper() + post[1:], company, name, address) if line]


def _in_full(word: str) -> str:
    return "" if _is_initial(word) else word.strip()


MASCULINE = (("ый", "ому"), ("ой", "ому"), ("кий", "кому"), ("гий", "гому"), ("хий", "хому"), ("ий", "ему"))
FEMININE = (("щая", "щей"), ("шая", "шей"), ("чая", "чей"), ("ая", "ой"), ("яя", "ей"))
NOUN_ENDINGS = (("лец", "льцу"), ("ец", "цу"), ("ь", "ю"), ("й", "ю"), ("а", "е"), ("ия", "ии"), ("я", "е"))
CONSONANT = re.compile(r"[бвгджзклмнпрстфхцчшщ]$")


def position_dative(position: str) -> str:
    """«Генеральный директор по развитию» → «Генеральному директору по развитию»: adjectives up to the first noun,
    then the rest as it stands. Abbreviations («и. о. директора») are left alone."""
    words = position.split()
    for place, word in enumerate(words):
        ending, replaced = _adjective(word)
        if not ending:
            words[place] = "-".join(_noun_dative(part) for part in word.split("-"))
            break
        words[place] = word[: -len(ending)] + replaced
    return " ".join(words)


def _adjective(word: str) -> tuple[str, str]:
    return next((pair for pair in MASCULINE + FEMININE if word.lower().endswith(pair[0])), ("", ""))


def _noun_dative(word: str) -> str:
    if not CYRILLIC.search(word) or word.endswith(".") or word.isupper() or len(word) < 3:
        return word
    for ending, replaced in NOUN_ENDINGS:
        if word.lower().endswith(ending):
            return word[: -len(ending)] + replaced
    return f"{word}у" if CONSONANT.search(word.lower()) else word
