"""Every page's address."""

from django.urls import include, path

from backend.web.asking import views as asking
from backend.web.clips import views as clips
from backend.web.mine import shift_views
from backend.web.mine import views as mine
from backend.web.notifications import views as told
from backend.web.people import changes, communities, duty, inviting, looking_ahead, profile, waves
from backend.web.people import views as people
from backend.web.saved import views as saved
from backend.web.shell import pwa, views
from backend.web.signing_in import links, password
from backend.web.signing_in import views as signing_in
from backend.web.threads import actions, referring
from backend.web.threads import views as threads

app_name = "web"
urlpatterns = [
    path("", mine.HomePage.as_view(), name="home"),
    path("menu", views.MenuPage.as_view(), name="menu"),
    path("sign-in", signing_in.SignInPage.as_view(), name="sign-in"),
    path("sign-in/<str:token>", links.SignInLinkPage.as_view(), name="sign-in-link"),
    path("sign-out", signing_in.SignOutPage.as_view(), name="sign-out"),
    path("signed-out", signing_in.SignedOutPage.as_view(), name="signed-out"),
    path("ground-rules", signing_in.GroundRulesPage.as_view(), name="ground-rules"),
    path("ask/kept", asking.KeptAskPage.as_view(), name="kept-ask"),
    path("ask", asking.AskPage.as_view(), name="ask"),
    path("threads/<uuid:thread_id>", threads.ThreadPage.as_view(), name="thread"),
    path("threads/<uuid:thread_id>/answers", actions.AnswerAction.as_view(), name="answer"),
    path("threads/<uuid:thread_id>/responses", actions.RespondAction.as_view(), name="respond"),
    path("threads/<uuid:thread_id>/colleagues", referring.ColleaguesPage.as_view(), name="colleagues"),
    path("threads/<uuid:thread_id>/tries", actions.StartTryAction.as_view(), name="try"),
    path("threads/<uuid:thread_id>/outcomes", actions.OutcomeAction.as_view(), name="outcome"),
    path("threads/<uuid:thread_id>/comments", actions.CommentAction.as_view(), name="comment"),
    path("threads/<uuid:thread_id>/this-is-it", actions.DeflectAction.as_view(), name="deflect"),
    path("threads/<uuid:thread_id>/moves", actions.MoveAction.as_view(), name="move"),
    path("threads/<uuid:thread_id>/holds", actions.HoldAction.as_view(), name="hold"),
    path("threads/<uuid:thread_id>/signatures", actions.SignAction.as_view(), name="sign"),
    path("clips/<uuid:clip_id>/words", clips.WordsPage.as_view(), name="clip-words"),
    path("clips/<uuid:clip_id>/retry", clips.RetryAction.as_view(), name="clip-retry"),
    path("my/sending", clips.SendingPage.as_view(), name="sending"),
    path("inbox", mine.InboxPage.as_view(), name="inbox"),
    path("inbox/<uuid:item_id>", mine.InboxEntryPage.as_view(), name="inbox-entry"),
    path("my/shift", shift_views.ShiftPage.as_view(), name="shift"),
    path("my/quiet-hours", shift_views.QuietHoursAction.as_view(), name="quiet-hours"),
    path("my/holidays", shift_views.HolidayAction.as_view(), name="holidays"),
    path("my/busy", shift_views.BusyAction.as_view(), name="busy"),
    path("my/devices", links.DevicesPage.as_view(), name="devices"),
    path("my/notifications", told.NotificationsPage.as_view(), name="notifications"),
    path("my/notifications/test", told.TestPushAction.as_view(), name="test-push"),
    path("my/notifications/devices/<uuid:device_id>", told.DeviceRemoval.as_view(), name="remove-device"),
    path("my/profile", profile.ProfilePage.as_view(), name="profile"),
    path("my/skills", profile.SkillAction.as_view(), name="own-skills"),
    path("my/password", password.PasswordPage.as_view(), name="password"),
    path("kept", saved.KeptHerePage.as_view(), name="kept"),
    path("kept/page", saved.KeptHereOffline.as_view(), name="kept-offline"),
    path("kept/states", saved.KeptStates.as_view(), name="kept-states"),
    path("kept/<uuid:howto_id>", saved.KeptPlace.as_view(), name="kept-place"),
    path("howtos/<uuid:howto_id>/along/<int:number>", saved.AlongPage.as_view(), name="along"),
    path("howtos/<uuid:howto_id>/along/<int:number>/files", saved.AlongFiles.as_view(), name="along-files"),
    path("people", people.PeoplePage.as_view(), name="people"),
    path("people/invite", inviting.InvitePage.as_view(), name="invite"),
    path("people/invite/list", inviting.InviteListPage.as_view(), name="invite-list"),
    path("people/communities", communities.CommunitiesPage.as_view(), name="communities"),
    path("people/communities/<uuid:community_id>", communities.CommunityPage.as_view(), name="community"),
    path("people/duty", duty.DutyPage.as_view(), name="duty"),
    path("people/waves", waves.WavesPage.as_view(), name="waves"),
    path("people/waves/look-ahead", looking_ahead.LookAheadPage.as_view(), name="look-ahead"),
    path("people/waves/<slug:urgency>", waves.LadderPage.as_view(), name="ladder"),
    path("people/<uuid:person_id>", people.PersonPage.as_view(), name="person"),
    path("people/<uuid:person_id>/role", changes.RoleChange.as_view(), name="change-role"),
    path("people/<uuid:person_id>/removal", changes.RemovalPage.as_view(), name="remove"),
    path("people/<uuid:person_id>/return", changes.TakingBack.as_view(), name="take-back"),
    path("people/<uuid:person_id>/sign-in-link", changes.NewLink.as_view(), name="new-link"),
    path("people/<uuid:person_id>/certifications", changes.CertificationChange.as_view(), name="certify"),
    path(
        "people/<uuid:person_id>/certifications/<uuid:certification_id>/withdrawal",
        changes.CertificationWithdrawal.as_view(),
        name="withdraw-certification",
    ),
    path(
        "people/<uuid:person_id>/skills/<uuid:skill_id>/confirmation",
        changes.SkillConfirmation.as_view(),
        name="confirm-skill",
    ),
    path(
        "people/<uuid:person_id>/skills/<uuid:skill_id>/withdrawal",
        changes.SkillWithdrawal.as_view(),
        name="withdraw-skill",
    ),
    path("people/<uuid:person_id>/communities", changes.Joining.as_view(), name="join-community"),
    path(
        "people/<uuid:person_id>/communities/<uuid:community_id>/leaving",
        changes.Leaving.as_view(),
        name="leave-community",
    ),
    path("", include("backend.web.desk.urls")),
    path("offline", pwa.OfflinePage.as_view(), name="offline"),
    path("manifest.webmanifest", pwa.manifest, name="manifest"),
    path("service-worker.js", pwa.service_worker, name="service-worker"),
]
