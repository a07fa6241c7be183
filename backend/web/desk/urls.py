"""The addresses of the desk, of search, of how-tos and of tags."""

from django.urls import path

from backend.web.desk import flags, gaps, insights, recalls, review, solved, today
from backend.web.howtos import arranging, collections, editing, history, watching
from backend.web.howtos import views as howtos
from backend.web.safety import views as safety
from backend.web.search import views as search
from backend.web.tags import views as tags

urlpatterns = [
    path("desk", today.TodayPage.as_view(), name="today"),
    path("desk/threads", solved.SolvedPage.as_view(), name="solved"),
    path("desk/review", review.ReviewPage.as_view(), name="review"),
    path("desk/recalls", recalls.RecallsPage.as_view(), name="recalls"),
    path("desk/recalls/<uuid:recall_id>", recalls.RecallPage.as_view(), name="recall"),
    path("recalls/<uuid:recall_id>", recalls.OwnRecallPage.as_view(), name="own-recall"),
    path("desk/flags", flags.FlagsPage.as_view(), name="flags"),
    path("desk/flags/<uuid:flag_id>", flags.FlagPage.as_view(), name="flag"),
    path("desk/gaps", gaps.GapsPage.as_view(), name="gaps"),
    path("desk/gaps/<uuid:gap_id>/<slug:name>", gaps.GapAction.as_view(), name="gap-decision"),
    path("desk/insights", insights.InsightsPage.as_view(), name="insights"),
    path("desk/insights/<slug:name>.csv", insights.FiguresFile.as_view(), name="insights-csv"),
    path("suggestions/<uuid:suggestion_id>/correction", safety.CorrectSuggestionPage.as_view(), name="correct"),
    path("howtos/<uuid:howto_id>/correction", safety.CorrectHowToPage.as_view(), name="correct-howto"),
    path("corrections/<uuid:correction_id>/withdrawal", safety.WithdrawPage.as_view(), name="withdraw"),
    path("flag/<slug:kind>/<uuid:flagged_id>", safety.FlagPage.as_view(), name="flag-thing"),
    path("search", search.SearchPage.as_view(), name="search"),
    path("a/<uuid:asset_id>", tags.TagPage.as_view(), name="machine"),
    path("collections", collections.CollectionsPage.as_view(), name="collections"),
    path("collections/<uuid:collection_id>", collections.CollectionPage.as_view(), name="collection"),
    path("collections/<uuid:collection_id>/edit", collections.EditCollectionPage.as_view(), name="edit-collection"),
    path("collections/<uuid:collection_id>/removal", collections.RemoveCollection.as_view(), name="remove-collection"),
    path("howtos/<uuid:howto_id>", howtos.HowToPage.as_view(), name="howto"),
    path("howtos/<uuid:howto_id>/decisions/<slug:name>", howtos.DecisionAction.as_view(), name="howto-decision"),
    path("howtos/<uuid:howto_id>/new-version", howtos.NewVersionAction.as_view(), name="howto-new-version"),
    path("howtos/<uuid:howto_id>/uses", howtos.UseAction.as_view(), name="howto-use"),
    path("howtos/<uuid:howto_id>/watching", watching.WatchingPage.as_view(), name="howto-watching"),
    path("howtos/<uuid:howto_id>/watching.csv", watching.WatchingFile.as_view(), name="howto-watching-csv"),
    path("howtos/<uuid:howto_id>/diff", history.DiffPage.as_view(), name="howto-diff"),
    path("howtos/<uuid:howto_id>/history", history.HistoryPage.as_view(), name="howto-history"),
    path("howtos/<uuid:howto_id>/translations", arranging.TranslateAction.as_view(), name="howto-translate"),
    path("howtos/<uuid:howto_id>/arrangement", arranging.ArrangeAction.as_view(), name="howto-arrange"),
    path("howtos/<uuid:howto_id>/edit", editing.EditPage.as_view(), name="howto-edit"),
]
