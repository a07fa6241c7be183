"""Somebody signs out where there is no line: their things are gone at once, and Cuppa hears of it before all else."""

from __future__ import annotations

from backend.domain.accounts.models import DeviceSession, Person
from backend.domain.equipment.models import Asset
from tests.web.browser import Chromium
from tests.web.pages.phones import phone_of
from tests.web.pages.workers import open_controlled

LEFT_HERE = """async () => {
  const rows = (name, store) => new Promise((resolve) => {
    indexedDB.open(name).onsuccess = ({ target: { result } }) => {
      result.transaction(store).objectStore(store).getAll().onsuccess = (event) => resolve(event.target.result.length);
    };
  });
  const counts = [["cuppa-this-phone", "machines"], ["cuppa-drafts", "drafts"], ["cuppa-drafts", "pieces"]];
  const caches_ = (await caches.keys()).filter((name) => !name.startsWith("shell-"));
  return [...await Promise.all(counts.map((each) => rows(...each))), caches_.length];
}"""
SIGN_OUT = """() => document.querySelector('form[action="/sign-out"]').requestSubmit()"""


def test_takes_all_but_what_was_not_sent_off_the_phone_and_tells_cuppa_before_any_page_opens(
    chromium: Chromium, origin: str, owner: Person, asset: Asset
) -> None:
    with phone_of(owner, chromium, origin) as phone:
        beside = open_controlled(phone, f"{origin}/inbox")
        tab = phone.open_tab()
        tab.show(f"{origin}/ask?asset={asset.pk}")
        tab.tap('[data-record="voice"]')
        tab.wait_for("() => document.querySelector('[data-part=clock]').textContent >= '0:02'")
        tab.tap('[data-part="stop"]')
        tab.wait_until_shown('[data-part="taken"]')
        tab.run("() => caches.open('kept-test')")
        machines, drafts, pieces, own_caches = tab.run(LEFT_HERE)

        phone.lose_network()
        tab.run(SIGN_OUT)
        for page in (tab, beside):
            page.wait_for("() => location.pathname === '/signed-out'")
        left = tab.run(LEFT_HERE)
        tab.show(f"{origin}/inbox")
        shown = tab.text_of("main")
        sessions_meanwhile = DeviceSession.objects.count()
        tab.close()
        beside.close()
        phone.lose_network(is_lost=False)
        later = phone.open_tab()
        later.show(f"{origin}/inbox")

    assert min(machines, drafts, pieces, own_caches) > 0
    assert (left[0], left[3]) == (0, 0)
    assert (left[1], left[2] >= pieces) == (drafts, True)  # what was recorded and not sent waits for its person
    assert shown.startswith("Signed out on this phone")
    assert sessions_meanwhile == 1
    assert later.address == f"{origin}/sign-in?next=%2Finbox"
    assert DeviceSession.objects.count() == 0
