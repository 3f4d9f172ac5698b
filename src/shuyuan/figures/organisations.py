"""Figures of the organisation register: which schools are in being, and how many, the denominator of each coverage."""

from shuyuan.figures.kinds import Count, Names

FILING = 'kind == "school" and school_type != "932"'  # village schools for adults are filed for by their town


def schools(name: str, title: str, where: str = "") -> Count:
    rule = f"{FILING} and {where}" if where else FILING
    return Count(f"school.{name}", title, "organisation", unit="所", where=rule, stock=True)


figures = [
    schools("in_being", "在册学校"),
    schools("kindergartens", "在册幼儿园", 'school_type == "111"'),
    schools("public", "在册公办学校", 'founder != "999"'),
    schools("rural", "在册农村学校", 'urban_rural in ["121", "122", "210", "220"]'),
    Count(
        "school.villager",
        "在册村民学校",
        "organisation",
        unit="所",
        where='kind == "school" and school_type == "932"',
        stock=True,
    ),
    Names("school.names", "在册学校名单", "organisation", field="name", unit="所", where=FILING, stock=True),
]
