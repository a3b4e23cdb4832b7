"""What a component costs: dated prices, yearly cost from volume, and the volume from which self-hosting is cheaper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from audit.engine.facts import JsonValue
from audit.portfolio.tables import OfferRow, UseRow

CENT: Final = Decimal("0.01")
BREAK_EVEN: Final = (
    "break-even volume = fixed cost of a year / (share sent x price of what is sent + share received x price of what "
    "is received - running cost of a unit)"
)
"""The formula, as it is shown beside every figure made by it."""


@dataclass(frozen=True, slots=True)
class Price:
    """What one company asks for a unit sent and a unit received, with the source and its day."""

    sent: Decimal
    received: Decimal
    unit: str
    company_id: int
    source: str
    source_on: date | None

    @property
    def currency(self) -> str:
        """The currency, which stands first in the unit."""
        return self.unit.split(" ")[0]

    @property
    def quantity(self) -> str:
        """The quantity that the price is for."""
        return self.unit.partition(" per ")[2] or self.unit

    def blend(self, share_sent: Decimal) -> Decimal:
        """The price of a unit when so great a share (0-1) of the volume is sent and the rest received."""
        return self.sent * share_sent + self.received * (1 - share_sent)

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data."""
        return {
            "sent": float(self.sent),
            "received": float(self.received),
            "unit": self.unit,
            "source": self.source,
            "source_on": self.source_on.isoformat() if self.source_on else None,
        }


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency."""

    amount: Decimal
    currency: str

    def times(self, factor: Decimal) -> Money:
        """The amount multiplied."""
        return Money(self.amount * factor, self.currency)

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data, to the cent."""
        return {"amount": float(self.amount.quantize(CENT, ROUND_HALF_UP)), "currency": self.currency}


@dataclass(frozen=True, slots=True)
class SelfHosting:
    """What running it ourselves costs in a year whatever the volume, and for each unit of volume."""

    hardware: Decimal
    staff: Decimal
    licence: Decimal
    running: Decimal
    currency: str
    source: str
    source_on: date

    @property
    def fixed(self) -> Decimal:
        """The fixed cost of a year."""
        return self.hardware + self.staff + self.licence


def find_price(offers: Iterable[OfferRow], company_id: int, as_of: date) -> Price | None:
    """The latest dated price of one company that stands on the day; of equal days the higher counts."""
    found = [
        Price(offer.price_in, offer.price_out, offer.unit, company_id, offer.source, offer.source_on)
        for offer in offers
        if offer.company_id == company_id
        and offer.price_in is not None
        and offer.price_out is not None
        and offer.unit
        and (offer.source_on is None or offer.source_on <= as_of)
        and (offer.offered_until is None or as_of < offer.offered_until)
    ]
    return max(found, key=lambda price: (price.source_on or date.min, price.sent + price.received), default=None)


def cost_of_year(use: UseRow, price: Price) -> Money | None:
    """Volume times price; none while one of the volumes is not known."""
    if use.yearly_volume_in is None or use.yearly_volume_out is None:
        return None
    return Money(use.yearly_volume_in * price.sent + use.yearly_volume_out * price.received, price.currency)


def find_break_even(price: Price, hosting: SelfHosting, share_sent: Decimal) -> Decimal | None:
    """The yearly volume, in the price's quantity, from which self-hosting costs less; none if it never does.

    Raises ``ValueError`` when the two are in different currencies: Openbook holds no exchange rates.
    """
    if price.currency != hosting.currency:
        raise ValueError(f"the price is in {price.currency}, self-hosting in {hosting.currency}; give both in one")
    saved = price.blend(share_sent) - hosting.running
    if saved <= 0:
        return None
    return (hosting.fixed / saved).quantize(Decimal("0.001"), ROUND_HALF_UP)
