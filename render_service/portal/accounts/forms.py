# SPDX-License-Identifier: GPL-3.0-or-later
"""Forms of accounts."""

from __future__ import annotations

import re

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from avatar_engine.words import LANGUAGES
from render_service.portal.accounts.passwords import LONGEST, SHORTEST, is_common
from render_service.portal.languages import NAMES, is_switching

EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s.\x00-\x1f]+(\.[^@\s.\x00-\x1f]+)+")
LONGEST_EMAIL = 254


class Form(FlaskForm):
    """A form that may also be sent to be shown again in the other language."""

    def is_sent(self) -> bool:
        """Whether it was sent to be acted upon, and is right."""
        return not is_switching() and bool(self.validate_on_submit())


class SignIn(Form):
    """Address and password."""

    email = StringField(_("E-mail address"), [InputRequired(_("Please fill in this field."))])
    password = PasswordField(_("Password"), [InputRequired(_("Please fill in this field."))])
    remember = BooleanField(_("Keep me signed in on this device for 30 days"))


class NewPassword(Form):
    """A password to be."""

    password = PasswordField(_("Password"), [InputRequired(_("Please fill in this field."))])

    def personal(self) -> tuple[str, ...]:
        """What a password must not be made of."""
        return ()

    def validate_password(self, field: PasswordField) -> None:
        """Long enough, and none of those that are tried first."""
        text = field.data or ""
        if not SHORTEST <= len(text) <= LONGEST:
            raise ValidationError(
                gettext(
                    "Use %(low)d to %(high)d characters: this has %(count)d.",
                    low=SHORTEST,
                    high=LONGEST,
                    count=len(text),
                )
            )
        if is_common(text, *self.personal()):
            raise ValidationError(
                gettext("This is one of the first passwords a guesser would try. A few unrelated words are better.")
            )


class SignUp(NewPassword):
    """A new account."""

    email = StringField(
        _("E-mail address"), [InputRequired(_("Please fill in this field.")), Length(max=LONGEST_EMAIL)]
    )

    def personal(self) -> tuple[str, ...]:
        """The address."""
        return (self.email.data or "",)

    def validate_email(self, field: StringField) -> None:
        """It looks like an address; whether mail arrives is not checked."""
        if not EMAIL.fullmatch((field.data or "").strip()):
            raise ValidationError(gettext("This does not look like an e-mail address, such as name@example.org."))


class AskReset(Form):
    """Where to send a link for a new password."""

    email = StringField(_("E-mail address"), [InputRequired(_("Please fill in this field."))])


class ChangePassword(NewPassword):
    """The password in use, and the next."""

    current = PasswordField(_("Current password"), [InputRequired(_("Please fill in this field."))])
    end_tokens = BooleanField(_("Also end the tokens of scripts"))


class Settings(Form):
    """Language, unit, and whether to be told by mail."""

    language = RadioField(_("Language"), choices=[SelectChoice(name, NAMES[name]) for name in LANGUAGES])
    unit = RadioField(
        _("Unit of length"), choices=[SelectChoice("cm", _("Centimetres")), SelectChoice("in", _("Inches"))]
    )
    tell_by_mail = BooleanField(_("Write to me when ordered pictures are ready"))


class Erase(Form):
    """The password again, before everything is erased."""

    current = PasswordField(_("Current password"), [InputRequired(_("Please fill in this field."))])


class NewToken(Form):
    """A token for a script."""

    token_name = StringField(_("What it is for"), [InputRequired(_("Please fill in this field.")), Length(max=80)])
    scope = RadioField(
        _("What it may do"),
        choices=[SelectChoice("read", _("Read alone")), SelectChoice("write", _("Read, keep and order"))],
        default="read",
    )


class Confirm(Form):
    """Nothing but the token."""
