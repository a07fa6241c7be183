"""Scripts of pages: `{% module "web/page.js" %}`."""

from __future__ import annotations

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from backend.web.static_files.modules import needed_by

register = template.Library()


@register.simple_tag(takes_context=True)
def module(context: Context, name: str) -> SafeString:
    """Return the tags that run the ES module `name`, with everything that it needs fetched at the same time."""
    nonce = context["request"].csp_nonce
    needed = format_html_join(
        "\n", '<link rel="modulepreload" href="{}" nonce="{}">', ((static(one), nonce) for one in needed_by(name))
    )
    return format_html('{}\n<script type="module" src="{}" nonce="{}"></script>', needed, static(name), nonce)
