"""What corridors can be asked for."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError

from apps.actors.models import Actor
from apps.core import codes, geometry
from apps.core.filters import DateFilter, RecordFilterSet, RecordsFilter, WordsFilter
from apps.corridors.models import Corridor


class BoxField(forms.CharField):
    """`west,south,east,north` in degrees."""

    def clean(self, value: Any) -> geometry.Box | None:
        text = super().clean(value)
        try:
            return geometry.parse_box(text) if text else None
        except ValueError as error:
            raise ValidationError(str(error)) from error


class BoxFilter(django_filters.Filter):
    """Records that lie in or touch a box."""

    field_class = BoxField

    def filter(self, queryset: Any, value: geometry.Box | None) -> Any:
        return queryset.within(value) if value else queryset


class CorridorFilterSet(RecordFilterSet):
    """Corridors, also by the countries they cross, the box they touch, the date they run."""

    country = WordsFilter(
        choices=codes.COUNTRIES,
        method="crossing",
        help_text="ISO 3166-1 alpha-2 code of a country that it crosses; repeat for OR.",
    )
    actor = RecordsFilter(
        queryset=Actor.objects.all(), method="with_actor", help_text="Slug of an actor in any role."
    )
    operating_on = DateFilter(
        lookup_expr="operating_on", help_text="In operation on some day of this EDTF date."
    )
    bbox = BoxFilter(help_text="Touches the box west,south,east,north (degrees, WGS 84).")

    class Meta:
        model = Corridor
        fields = ()

    def crossing(self, queryset: Any, name: str, value: list[str]) -> Any:
        found = queryset.none()
        for country in value:
            found = found | queryset.crossing(country)
        return found

    def with_actor(self, queryset: Any, name: str, value: list[Actor]) -> Any:
        return queryset.having("participants", actor__in=value)
