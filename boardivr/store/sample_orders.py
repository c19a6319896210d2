"""The sample order line: retailers of different tiers, and what they can order."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from boardivr.customer import Customer
from boardivr.store.customers import CustomerEntry


@dataclass(frozen=True, kw_only=True)
class OrderItem:
    """What a retailer can order, by its code of four digits.

    :param price: of one carton, in yuan
    :param is_new: announced to retailers of the upper tiers
    """

    code: str
    name_zh: str
    name_en: str
    price: Decimal
    is_new: bool = False


def _retailer(number: int, name: str, language: str, tier: str) -> CustomerEntry:
    return CustomerEntry(
        customer=Customer(id=f"R{number}", name=name, language=language, group=tier),
        card=f"3701{number:04}",
        ani=f"0531880000{number:02}",
        grade=tier,
    )


RETAILERS = (
    _retailer(1, "泉城便利店", "zh-CN", "core"),
    _retailer(2, "Harbour Corner Store", "en", "key"),
    _retailer(3, "老张小卖部", "zh-CN", "watched"),
    _retailer(4, "和平副食店", "zh-CN", "ordinary"),
    _retailer(5, "Station Kiosk", "en", "monitored"),
)
"""A retailer's licence number is his card; his grade is his tier, and so is his group."""

ITEMS = (
    OrderItem(code="1001", name_zh="红塔", name_en="Red Tower", price=Decimal("75.00")),
    OrderItem(code="1002", name_zh="白沙", name_en="White Sand", price=Decimal("48.50")),
    OrderItem(code="1003", name_zh="黄山", name_en="Yellow Mountain", price=Decimal("120.00")),
    OrderItem(
        code="2001", name_zh="新泰山", name_en="New Mount Tai", price=Decimal("98.00"), is_new=True
    ),
    OrderItem(
        code="2002", name_zh="金鹿", name_en="Golden Deer", price=Decimal("66.60"), is_new=True
    ),
)
