"""The closed word lists that several types share; changing one is reviewed like code."""

from typing import Any

from django.db import models

from apps.core.codes import ALPHA_3


class Topic(models.TextChoices):
    """What a record is about, for browsing; a record may have several."""

    ALLIANCES = "alliances", "Alliances"
    ARMS_TRADE = "arms-trade", "Arms trade"
    CEASEFIRES_AND_PEACE = "ceasefires-and-peace", "Ceasefires and peace"
    CONFLICT = "conflict", "Conflict"
    DEFENCE_COOPERATION = "defence-cooperation", "Defence cooperation"
    DOMESTIC_POLITICS = "domestic-politics", "Domestic politics"
    ELECTIONS = "elections", "Elections"
    ENERGY = "energy", "Energy"
    ETHNIC_GROUPS = "ethnic-groups", "Ethnic groups"
    FOREIGN_POLICY = "foreign-policy", "Foreign policy"
    INFORMATION = "information", "Information"
    INTEGRATION = "integration", "Regional integration"
    MARITIME_SECURITY = "maritime-security", "Maritime security"
    MEDIATION = "mediation", "Mediation"
    MILITARY_BASES = "military-bases", "Military bases"
    NUCLEAR_ENERGY = "nuclear-energy", "Nuclear energy"
    RECOGNITION = "recognition", "Recognition"
    SANCTIONS = "sanctions", "Sanctions"
    TERRITORIAL_DISPUTES = "territorial-disputes", "Territorial disputes"
    TERRORISM = "terrorism", "Terrorism"
    TRADE = "trade", "Trade"
    TRANSPORT = "transport", "Transport"


make_vocabulary: Any = models.TextChoices
Country = make_vocabulary("Country", [(code, (code, code)) for code in ALPHA_3])
Country.__doc__ = "ISO 3166-1 alpha-2 codes of countries; XK is user-assigned."


class Certainty(models.TextChoices):
    """How sure a record as a whole is."""

    CONFIRMED = "confirmed", "Confirmed: stated plainly, and nothing speaks against it"
    REPORTED = "reported", "Reported: a source passes it on"
    ALLEGED = "alleged", "Alleged: somebody claims it; others may deny it"
    DISPUTED = "disputed", "Disputed: sources contradict each other"


class Scheme(models.TextChoices):
    """Registers whose identifiers a record may carry."""

    COW = "cow", "Correlates of War numeric country code"
    DOI = "doi", "Digital Object Identifier"
    GEM = "gem", "Global Energy Monitor project id"
    GEONAMES = "geonames", "GeoNames id"
    GW = "gw", "Gleditsch-Ward numeric state code"
    ISO = "iso3166-1-alpha-3", "ISO 3166-1 alpha-3 country code"
    PA_X = "pa-x", "PA-X Peace Agreements Database id"
    SIPRI = "sipri-at", "SIPRI Arms Transfers Database deal id"
    UN_TREATY = "un-treaty", "UN Treaty Collection registration number"
    WIKIDATA = "wikidata", "Wikidata item"


class NameKind(models.TextChoices):
    """What sort of name a further name is."""

    OFFICIAL = "official", "Official, long form"
    SHORT = "short", "Short form"
    FORMER = "former", "Former"
    ACRONYM = "acronym", "Acronym"
    TRANSLITERATION = "transliteration", "Transliteration"
    EXONYM = "exonym", "Exonym: used by others"
    METONYM = "metonym", "Metonym, such as a capital for its government"
