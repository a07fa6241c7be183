"""The operator's addresses. Importing the areas is what shows their models."""

from backend.operator.areas import asking, films, howtos, machines, people, pushes, safety, threads, workings  # noqa: F401
from backend.operator.site import site

app_name = "admin"  # as Django's own templates call it
urlpatterns = site.get_urls()
