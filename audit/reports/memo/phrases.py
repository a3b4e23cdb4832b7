"""The sentences of the comparison behind a decision memo, with a named place for all that varies in them."""

from __future__ import annotations

from typing import Final

MEMO: Final = (
    "Not known.",
    "Accessibility",
    "Collaboration and innovation",
    "Transparency",
    "Cost",
    "Updates and support",
    "Security",
    "Customisation",
    "Privacy and data location",
    "Performance for this purpose",
    "Time to deliver",
    "Legal exposure",
    "Dependence on others",
    "Lock-in",
    "Published by {typed_company}.",
    "Our own work.",
    "Between {number_low} and {number_high} of 100, where 100 is opaque.",
    "Between {number_low} and {number_high} of 100, where 100 cannot be left.",
    "{number_sent} sent and {number_received} received, {unit} ({typed_source}, {day}).",
    "{number_sent} sent and {number_received} received, {unit} ({typed_source}, no day).",
    "{number_sent} sent and {number_received} received, {unit} (no source, no day).",
    "{id} per million tokens",
    "The cost of a year is not known: the volume is not entered.",
    "{number} {typed_currency} a year at today's volume.",
    "Memory of about {number_gb} GB at 16 bits: {number_cards} cards of 80 GB, by its name.",
    (
        "{number} {typed_currency} a year whatever the volume (hardware {number_hardware}, staff {number_staff}, "
        "licence {number_licence}), {number_running} for each unit ({typed_source}, {day})."
    ),
    "The break-even volume is not known: today's volume is not entered.",
    "The break-even volume is not known: prices in {typed_one} and {typed_other}.",
    (
        "break-even volume = fixed cost of a year / (share sent x price of what is sent + share received x "
        "price of what is received - running cost of a unit)"
    ),
    (
        "Break-even volume = fixed cost of a year / (share sent x price of what is sent + share received x "
        "price of what is received - running cost of a unit). There is none."
    ),
    (
        "Break-even volume = fixed cost of a year / (share sent x price of what is sent + share received x "
        "price of what is received - running cost of a unit). It is {number} {typed_quantity} a year; today "
        "{number_today}."
    ),
    "Data stay on our own machines.",
    "Data go to {typed_company}; country not known.",
    "Data go to {typed_company}; country: {country}.",
    "In use.",
    "Between {number_low} and {number_high} days to leave what is in use, with choosing, porting and validating.",
    "Licence: {list_flags}.",
    "{typed_component}, on our own machines",
    "{typed_component}, on our own machines at {typed_host}",
    "{typed_component}, by another host than the publisher",
    "{typed_component}, by another host than the publisher at {typed_host}",
    "{typed_component}, through the publisher's service",
    "{typed_component}, through the publisher's service at {typed_host}",
    "{typed_component}, inside a vendor's product",
    "{typed_component}, inside a vendor's product at {typed_host}",
    "{number_apply} obligations apply, {number_undecided} are undecided.",
    "Obligations that come: {typed_ids}.",
    "Obligations that fall away: {typed_ids}.",
    "Obligations that become undecided: {typed_ids}.",
    "The same obligations as today.",
    "{number_share} % of the critical functions would rest on the same group.",
    "{outcome} on {day}: {typed_purpose}.",
    (
        "Lock-in may be lower or higher: {number_a} to {number_b} against {number_c} to {number_d} today; "
        "what is not known decides."
    ),
    "Lock-in would surely be lower: {number_a} to {number_b} against {number_c} to {number_d} today.",
    "Lock-in would surely be higher: {number_a} to {number_b} against {number_c} to {number_d} today.",
    (
        "Opacity may be lower or higher: {number_a} to {number_b} against {number_c} to {number_d} today; "
        "what is not known decides."
    ),
    "Opacity would surely be lower: {number_a} to {number_b} against {number_c} to {number_d} today.",
    "Opacity would surely be higher: {number_a} to {number_b} against {number_c} to {number_d} today.",
    (
        "The time to leave again may be lower or higher: {number_a} to {number_b} days against {number_c} "
        "to {number_d} today; what is not known decides."
    ),
    (
        "The time to leave again would surely be lower: {number_a} to {number_b} days against {number_c} "
        "to {number_d} today."
    ),
    (
        "The time to leave again would surely be higher: {number_a} to {number_b} days against {number_c} "
        "to {number_d} today."
    ),
    "{number} obligations would come: {typed_ids}.",
    "{number} obligations would fall away: {typed_ids}.",
    "{number} facts that are known today would have to be asked anew; until then the worst counts.",
    "The budget for licences is tight.",
    "The model has to be made to fit the industry's terms, data and forms.",
    "There are data of our own to train it on.",
    "Strict duties of privacy, or data that must stay on our premises.",
    "A strategic advantage is sought that a product for all cannot give.",
    "Skilled staff can run it.",
    "Easy access matters most, and resources or skills are few.",
    "It has to be delivered fast.",
    "The best raw performance is needed, and no alternative has shown enough.",
    "Support by a company with agreed service levels is needed.",
    "Data for an open model of later are still being gathered: a planned path.",
    "Choose",
    "Provision",
    "Port",
    "Assets",
    "Validate",
    "Cut over",
    "Tested",
)
