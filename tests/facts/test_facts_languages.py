from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from fact_reports import casualties, item, people

from monitor import facts
from monitor.facts.load import build, languages, lexicon
from monitor.facts.reading import read
from monitor.model import Casualty


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("مقتل خمسة جنود عراقيين وإصابة 12 آخرين في هجوم لتنظيم داعش قرب كركوك", [("killed", 5, 5, "iraqi"), ("wounded", 12, 12, "iraqi")]),
        ("مقتل جنديين وإصابة ثلاثة مدنيين بينهم طفلان في تفجير شمال بغداد", [("killed", 2, 2, "iraqi"), ("wounded", 3, 3, "civilian"), ("wounded", 2, 2, "civilian")]),
        ("قتل ما لا يقل عن ٢٣ شخصا وأصيب العشرات في انفجار سيارة مفخخة", [("killed", 23, None, "people"), ("wounded", None, None, "people")]),
        ("مقتل خمسة وعشرين مسلحا من داعش في غارات جوية", [("killed", 25, 25, "isis")]),
        ("Mali : au moins douze soldats tués et une trentaine de blessés dans une attaque près de Gao", [("killed", 12, None, "state"), ("wounded", 30, 30, "state")]),
        ("L'armée a tué vingt djihadistes dans le nord du Burkina Faso.", [("killed", 20, 20, "militant")]),
        ("Cinq membres présumés du groupe Etat islamique ont été arrêtés en Irak.", [("arrested", 5, 5, "isis")]),
        ("En az 7 asker öldü, 12 kişi yaralandı", [("killed", 7, None, "state"), ("wounded", 12, 12, "people")]),
        ("DEAŞ'a yönelik operasyonda 25 şüpheli gözaltına alındı", [("arrested", 25, 25, "isis")]),
        ("Saldırıda 20'den fazla kişi hayatını kaybetti", [("killed", 20, None, "people")]),
        ("Al menos 12 muertos y más de 30 heridos en un atentado en Kabul", [("killed", 12, None, "people"), ("wounded", 30, None, "people")]),
        ("El Ejército mató a 15 yihadistas del Estado Islámico cerca de Palmira", [("killed", 15, 15, "isis")]),
        ("Detienen a cuatro presuntos miembros del Estado Islámico en España", [("arrested", 4, 4, "isis")]),
        ("Detenidos tres presuntos yihadistas en Ceuta", [("arrested", 3, 3, "militant")]),
        ("El ejército mata a 30 milicianos del ISWAP en Borno", [("killed", 30, 30, "isis")]),
        ("La coalition annonce la mort d'un haut responsable de Daech en Syrie", [("killed", 1, 1, "isis")]),
        ("L'armée fait état d'un bilan de 42 morts et 22 blessés", [("killed", 42, 42, "people"), ("wounded", 22, 22, "people")]),
        ("Trente-sept terroristes ont été neutralisés dans le nord du Mali", [("killed", 37, 37, "militant")]),
        ("Plus d'une vingtaine de civils tués à Solhan", [("killed", 20, None, "civilian")]),
        ("DEAŞ operasyonu: 23 gözaltı", [("arrested", 23, 23, "isis")]),
        ("عشرات القتلى في تفجير في كابول", [("killed", None, None, "people")]),
        ("قالت الوكالة إن 15 جنديا قتلوا وأصيب 9 آخرون قرب حمص", [("killed", 15, 15, "syrian"), ("wounded", 9, 9, "syrian")]),
        ("سقوط صاروخ قرب القاعدة دون إصابات", [("wounded", 0, 0, "people")]),
        ("El cohete cayó cerca de la base sin víctimas", [("killed", 0, 0, "people"), ("wounded", 0, 0, "people")]),
        ("L'explosion n'a fait aucune victime", [("killed", 0, 0, "people"), ("wounded", 0, 0, "people")]),
        ("اختطف مسلحون صحفيا في عدن", [("abducted", 1, 1, "civilian")]),
        ("انتشال جثث سبعة مدنيين بعد قصف قرب الرقة", [("killed", 7, 7, "civilian")]),
        ("قتل مسلحون خمسة جنود في كمين في مالي", [("killed", 5, 5, "state")]),
        ("L'Ukraine dit avoir perdu 31 000 soldats dans la guerre", [("killed", 31_000, 31_000, "state")]),
        ("Des rebelles ont blessé deux bergers ; un troisième est mort dans l'attaque", [("wounded", 2, 2, "civilian"), ("killed", 1, 1, "civilian")]),
        ("Un chef des shebab et quatre de ses hommes ont été abattus", [("killed", 1, 1, "militant"), ("killed", 4, 4, "militant")]),
        ("El número de muertos en el atentado asciende a 90", [("killed", 90, 90, "people")]),
        ("El jefe de Al Shabab y tres de sus guardaespaldas fueron abatidos", [("killed", 1, 1, "militant"), ("killed", 3, 3, "militant")]),
        ("Saldırıda ölü sayısı 33'e yükseldi", [("killed", 33, 33, "people")]),
        ("Ordu, saldırıda bin 200 askerin öldürüldüğünü açıkladı", [("killed", 1200, 1200, "state")]),
    ],
)  # fmt: skip
def test_casualty_figures_are_read_in_five_languages(
    text: str, claims: list[tuple[str, int | None, int | None, str]]
) -> None:
    assert people("", title=text) == claims


def test_arabic_is_read_with_its_vowels_written_as_without() -> None:
    bare = "قتل خمسة جنود وأصيب سبعة في هجوم لداعش قرب كركوك"
    vowelled = "قُتِلَ خَمْسَةُ جُنُودٍ وَأُصِيبَ سَبْعَةٌ فِي هُجُومٍ لِدَاعِشَ قُرْبَ كَرْكُوكَ"
    assert people("", title=vowelled) == people("", title=bare)
    assert [name for name, _, _, _ in people("", title=vowelled)] == ["killed", "wounded"]
    [killed, wounded] = casualties("", title=vowelled)
    assert vowelled[killed.words.start : killed.words.end] == "قُتِلَ خَمْسَةُ جُنُودٍ"
    assert vowelled[wounded.words.start : wounded.words.end].startswith("أُصِيبَ")


def test_a_field_is_read_up_to_a_length_that_no_article_has() -> None:
    toll = "Two soldiers were killed near Kirkuk. "
    assert len(people(toll + "The market was quiet. " * 10_000 + "Nine villagers were killed in a raid.")) == 1


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("DEAŞ operasyonunda on iki şüpheli gözaltına alındı", [("arrested", 12, 12, "isis")]),
        ("Saldırıda yüz yirmi beş kişi öldü", [("killed", 125, 125, "people")]),
        ("Treinta y dos personas murieron en el atentado", [("killed", 32, 32, "people")]),
        ("Vingt et un soldats tués dans une embuscade", [("killed", 21, 21, "state")]),
        ("Quatre-vingt-douze soldats tués, soixante-dix-sept blessés", [("killed", 92, 92, "state"), ("wounded", 77, 77, "state")]),
        ("Mueren ciento cuarenta y siete soldados", [("killed", 147, 147, "state")]),
        ("Saldırıda bin iki yüz elli kişi öldü", [("killed", 1250, 1250, "people")]),
        ("مقتل مائة وسبعة وأربعين شخصا في هجوم", [("killed", 147, 147, "people")]),
        ("مقتل ثلاثمائة شخص في هجوم", [("killed", 300, 300, "people")]),
    ],
)  # fmt: skip
def test_number_words_of_several_parts_are_one_number(text: str, claims: list[tuple[str, int, int, str]]) -> None:
    assert people("", title=text) == claims


Telling = tuple[str, int | None, str, int, str]  # outcome, low, party, event, context
NOW, THEN, COURT = "current", "historical", "trial"


@pytest.mark.parametrize(
    ("lang", "title", "summary", "told"),
    [
        (
            "es", "Una redada mata al menos a siete miembros del Estado Islámico en Irak",
            "El 22 de octubre fuerzas iraquíes mataron al menos a siete miembros del Estado Islámico. Dos soldados estadounidenses "
            "resultaron heridos. El 14 de octubre cuatro miembros del Estado Islámico murieron en ataques aéreos.",
            [("killed", 7, "isis", 0, NOW), ("wounded", 2, "us", 0, NOW), ("killed", 4, "isis", 1, NOW)],
        ),
        (
            "es", "Al menos 12 muertos y más de 30 heridos en un atentado en Kabul",
            "Entre los muertos hay tres niños y dos policías.",
            [("killed", 12, "people", 0, NOW), ("wounded", 30, "people", 0, NOW), ("killed", 3, "civilian", 0, NOW), ("killed", 2, "state", 0, NOW)],
        ),
        (
            "es", "Cuatro soldados secuestrados cerca de Gao",
            "Ante el tribunal declaró un hombre que mató a tres personas.",
            [("abducted", 4, "state", 0, NOW), ("killed", 3, "people", 0, COURT)],
        ),
        (
            "fr", "Un raid en Irak tue au moins sept membres de l’Etat islamique",
            "Le 22 octobre, les forces irakiennes ont tué au moins sept membres de l’Etat islamique. Deux soldats américains ont été "
            "blessés. Quatre membres de l’Etat islamique sont morts dans des frappes aériennes le 14 octobre.",
            [("killed", 7, "isis", 0, NOW), ("wounded", 2, "us", 0, NOW), ("killed", 4, "isis", 1, NOW)],
        ),
        (
            "fr", "Burkina Faso : une vingtaine de soldats tués dans une embuscade",
            "Au moins 20 soldats ont été tués et dix autres sont portés disparus.",
            [("killed", 20, "state", 0, NOW), ("missing", 10, "state", 0, NOW)],
        ),
        (
            "fr", "Attentat à Kaboul : 12 morts et une trentaine de blessés",
            "Lors d'un hommage, les 130 personnes tuées en novembre ont été citées.",
            [("killed", 12, "people", 0, NOW), ("wounded", 30, "people", 0, NOW), ("killed", 130, "people", 0, THEN)],
        ),
        (
            "tr", "Irak’ta operasyon: en az 7 DEAŞ’lı öldürüldü, 2 ABD askeri yaralandı",
            "14 Ekim’de hava saldırısında 4 DEAŞ mensubu öldürüldü.",
            [("killed", 7, "isis", 0, NOW), ("wounded", 2, "us", 0, NOW), ("killed", 4, "isis", 0, NOW)],
        ),
        (
            "tr", "Kabil’de intihar saldırısı: 12 ölü, 30 yaralı",
            "Saldırıda üç çocuk hayatını kaybetti.",
            [("killed", 12, "people", 0, NOW), ("wounded", 30, "people", 0, NOW), ("killed", 3, "civilian", 0, NOW)],
        ),
        (
            "tr", "Kerkük’te 5 asker kaçırıldı",
            "Tatbikatta 3 asker yaralandı.",
            [("abducted", 5, "iraqi", 0, NOW), ("wounded", 3, "state", 0, NOW)],
        ),
        (
            "ar", "مقتل سبعة من قيادات داعش وإصابة جنديين أمريكيين في العراق",
            "قتل ما لا يقل عن سبعة من عناصر تنظيم داعش في 22 أكتوبر. وأصيب جنديان أمريكيان. وقتل أربعة من عناصر التنظيم يوم 14 أكتوبر.",
            [("killed", 7, "isis", 0, NOW), ("wounded", 2, "us", 0, NOW), ("killed", 4, "isis", 1, NOW)],
        ),
        (
            "ar", "12 قتيلا و30 جريحا في تفجير في كابول",
            "أحيا السكان ذكرى مقتل خمسة جنود.",
            [("killed", 12, "people", 0, NOW), ("wounded", 30, "people", 0, NOW), ("killed", 5, "state", 0, THEN)],
        ),
        (
            "ar", "اعتقال خمسة إرهابيين في كركوك",
            "قالت المحكمة إنهم متهمون بمقتل ثلاثة مدنيين.",
            [("arrested", 5, "militant", 0, NOW), ("killed", 3, "civilian", 0, COURT)],
        ),
    ],
)  # fmt: skip
def test_an_item_yields_its_facts_with_words_event_and_context(
    lang: str, title: str, summary: str, told: list[Telling]
) -> None:
    report = item(title, summary, lang=lang)
    found = [claim for claim in facts.read(report) if isinstance(claim, Casualty)]
    assert [(one.outcome, one.low, one.party, one.event, one.context) for one in found] == told
    for one in found:
        assert getattr(report, one.words.field)[one.words.start : one.words.end] == one.words.text
        assert one.gloss


def test_a_place_has_its_english_name_beside_the_words() -> None:
    told = {
        "Suriye'de terör saldırısında 5 asker öldü": "Syria",
        "القبض على 4 إرهابيين في صلاح الدين": "Salahuddin",
        "مقتل جنديين في هجوم غرب الأنبار": "Anbar",
        "Dos soldados heridos en Irak": "Iraq",
    }
    places = [one.place for title in told for one in casualties("", title=title)]
    assert [place.name for place in places if place is not None] == list(told.values())


def test_a_claim_has_a_gloss_in_english() -> None:
    assert casualties("", title="Al menos 12 soldados murieron en el ataque")[0].gloss == "at least 12 soldiers killed"
    assert casualties("", title="مقتل جنديين في هجوم شمال بغداد")[0].gloss == "2 soldiers killed"


def test_accents_tell_words_apart() -> None:
    assert people("", title="Un attentat tue 5 soldats au Mali") == [("killed", 5, 5, "state")]
    assert people("", title="5 soldats tués au Mali dans un attentat") == [("killed", 5, 5, "state")]


def test_a_trigger_is_seen_within_a_phrase_that_only_seems_to_stand_there() -> None:
    # "mata a" is a term too, and the text goes on with "al"
    assert people("Bagdad mata al menos a cuatro miembros del Estado Islámico", lang="es") == [
        ("killed", 4, None, "isis")
    ]


def test_a_language_without_a_file_gives_nothing() -> None:
    assert people("", title="Siedem osób zginęło w zamachu", lang="pl") == []
    with pytest.raises(KeyError):
        lexicon("xx")


def test_a_language_is_added_by_tables_alone() -> None:
    tables = {
        "code": "de",
        "name": "German",
        "options": ["marks"],
        "numbers": {"fünf": 5},
        "people": {"force": {"one": ["Soldat"], "many": ["Soldaten"]}},
        "words": {"be": ["wurden"]},
        "outcome": {"killed": {"either": ["getötet"]}},
    }
    german = build(tables, {"SY": "Syrien; syrische"})
    (claim,) = read(item("Fünf syrische Soldaten wurden getötet"), german, None)
    assert (claim.outcome, claim.low, claim.party, claim.gloss) == (
        "killed",
        5,
        "syrian",
        "5 Syrian government forces killed",
    )


def test_every_shipped_language_loads() -> None:
    assert set(languages()) == {"ar", "en", "es", "fr", "tr"}
    assert all(lexicon(code).code == code for code in languages())


def test_the_file_in_the_documentation_reads_its_sentence() -> None:
    text = (Path(__file__).parents[2] / "docs" / "languages.md").read_text(encoding="utf-8")
    tables = tomllib.loads(text.split("```toml\n")[1].split("```")[0])
    sentence = next(line[2:] for line in text.splitlines() if line.startswith("> "))
    claims = read(item(sentence), build(tables, tables["nation"]), None)
    for claim in claims:
        assert isinstance(claim, Casualty)
        assert f'"{claim.gloss}"' in text
    assert len(claims) == 2


@pytest.mark.parametrize(
    ("lang", "text", "name"),
    [
        ("tr", "Halep'te düzenlenen saldırıda beş asker öldü.", "Aleppo"),
        ("tr", "Diyarbakır'daki saldırıda 3 polis yaralandı.", "Diyarbakir"),
        ("tr", "Kerkük’te 5 asker kaçırıldı.", "Kirkuk"),
        ("ar", "مقتل خمسة جنود بحلب", "Aleppo"),
        ("ar", "مقتل ثلاثة مدنيين بالموصل", "Mosul"),
        ("ar", "مقتل جنديين بدير الزور", "Deir ez-Zor"),
    ],
)
def test_a_name_bent_or_written_together_to_say_where_is_a_place(lang: str, text: str, name: str) -> None:
    place = casualties(text, lang=lang)[0].place
    assert place is not None
    assert place.name == name


def test_the_name_of_a_place_that_begins_like_a_word_for_in_is_left_whole() -> None:
    place = casualties("مقتل خمسة جنود في بعقوبة", lang="ar")[0].place
    assert place is not None
    assert place.name == "Baqubah"


@pytest.mark.parametrize(
    ("lang", "text", "told"),
    [
        ("es", "Mueren tres civiles y siete resultan heridos en un bombardeo", [("killed", 3), ("wounded", 7)]),
        ("es", "Más de 50 muertos y 20 heridos en un ataque yihadista", [("killed", 50), ("wounded", 20)]),
        ("ar", "مقتل طفلين وإصابة سبعة آخرين بقصف على ريف إدلب", [("killed", 2), ("wounded", 7)]),
    ],
)
def test_a_second_figure_of_a_sentence_is_read_too(lang: str, text: str, told: list[tuple[str, int]]) -> None:
    assert [(each[0], each[1]) for each in people(text, lang=lang)] == told
