"""The ground rules that everybody accepts before they first write something."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

# Raised when a rule changes its meaning; everybody is asked again.
GROUND_RULES_VERSION: Final = 1

GROUND_RULES: Final = (
    (_("Safety comes first"), _("If you are not sure that it is safe, stop, and ask. No answer here is an order.")),
    (_("You stand by your name"), _("Everything you post carries your name, your job and your site.")),
    (
        _("Film the machine, not people"),
        _("Nobody is filmed who did not agree, and nothing that is not about the fault."),
    ),
    (_("Say what happened"), _("A try that failed helps the next one as much as one that worked. Record both.")),
    (_("Nobody is judged by it"), _("What is asked and answered here is for fixing machines, not for appraisals.")),
    (_("What is here stays here"), _("Films and answers belong to your organisation. Do not pass them on.")),
)
