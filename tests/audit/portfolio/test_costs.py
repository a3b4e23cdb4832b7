"""What something costs, from dated prices and volumes; every figure here is worked out by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from audit.portfolio.costs import Money, Price, SelfHosting, cost_of_year, find_break_even, find_price
from tests.audit.portfolio.plain import TODAY, offer, use

UNIT = "USD per million tokens"
PRICE = Price(Decimal(2), Decimal(8), UNIT, 1, "price list", date(2026, 6, 1))


def hosting(**columns: object) -> SelfHosting:
    usual = {"hardware": 40_000, "staff": 60_000, "licence": 0, "running": 0}
    amounts = {name: Decimal(str(columns.get(name, value))) for name, value in usual.items()}
    return SelfHosting(**amounts, currency=str(columns.get("currency", "USD")), source="offer", source_on=TODAY)


def test_a_year_costs_what_is_sent_and_what_is_received_at_their_prices() -> None:
    # 1000 million sent at 2 and 100 million received at 8: 2000 + 800.
    used = use(1, 1, yearly_volume_in=Decimal(1000), yearly_volume_out=Decimal(100))
    assert cost_of_year(used, PRICE) == Money(Decimal(2800), "USD")


@pytest.mark.parametrize("known", [{"yearly_volume_in": Decimal(5)}, {"yearly_volume_out": Decimal(5)}, {}])
def test_a_volume_that_is_not_known_is_never_free(known: dict[str, Any]) -> None:
    assert cost_of_year(use(1, 1, **known), PRICE) is None


def test_the_break_even_is_the_fixed_cost_over_what_each_unit_saves() -> None:
    # Three quarters sent: 0.75 x 2 + 0.25 x 8 = 3.5 a unit; running costs 1; 100 000 / 2.5 = 40 000 million tokens.
    assert find_break_even(PRICE, hosting(running=1), Decimal("0.75")) == Decimal(40_000)


def test_there_is_no_break_even_where_running_a_unit_costs_as_much_as_buying_it() -> None:
    assert find_break_even(PRICE, hosting(running="3.5"), Decimal("0.75")) is None


def test_two_currencies_are_not_compared() -> None:
    with pytest.raises(ValueError, match="the price is in USD, self-hosting in EUR"):
        find_break_even(PRICE, hosting(currency="EUR"), Decimal(1))


def test_the_latest_price_that_stands_on_the_day_counts() -> None:
    offers = [
        offer(1, 7, price_in=Decimal(1), price_out=Decimal(1), unit=UNIT, source="old", source_on=date(2025, 1, 1)),
        offer(1, 7, price_in=Decimal(2), price_out=Decimal(8), unit=UNIT, source="new", source_on=date(2026, 1, 1)),
        offer(1, 7, price_in=Decimal(9), price_out=Decimal(9), unit=UNIT, source="later", source_on=date(2027, 1, 1)),
        offer(1, 7, price_in=Decimal(4), price_out=Decimal(4), unit=UNIT, source="ended", offered_until=TODAY),
        offer(1, 8, price_in=Decimal(0), price_out=Decimal(0), unit=UNIT, source="another company"),
        offer(1, 7, price_in=Decimal(3), unit=UNIT, source="half a price", source_on=date(2026, 6, 1)),
    ]
    found = find_price(offers, 7, TODAY)
    assert found is not None
    assert (found.source, found.currency, found.quantity) == ("new", "USD", "million tokens")


def test_of_two_prices_of_one_day_the_higher_counts() -> None:
    offers = [
        offer(1, 7, price_in=Decimal(price), price_out=Decimal(1), unit=UNIT, source_on=date(2026, 1, 1))
        for price in (5, 3)
    ]
    found = find_price(offers, 7, TODAY)
    assert found is not None
    assert found.sent == 5
