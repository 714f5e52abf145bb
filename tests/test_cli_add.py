"""``monitor add``: what came by another way than a feed is judged, told and explained as any item."""

from __future__ import annotations

import json
import threading
from contextlib import closing
from pathlib import Path

import pytest
from house import NOON, House, Run, cycle
from installation import Installation
from post import Hook, mail_server
from servers import Answer, FeedServer

from monitor import app
from monitor.cli import CONFIGURATION, OK, USAGE, main
from monitor.model import BY_HAND, Item
from monitor.pipeline import arriving

PAGE = (
    "<!doctype html><html><head><title>Raid kills three ISIS members</title>"
    '<meta name="description" content="The army told of a raid.">'
    '<meta property="article:published_time" content="2024-10-22T08:00:00+03:00"></head>'
    "<body><nav>Nine soldiers killed elsewhere</nav><p>Short.</p></body></html>"
)


@pytest.fixture
def house(tmp_path: Path, hook: Hook) -> House:
    return House(tmp_path, {"one": "http://127.0.0.1:9/"}, {"chat": hook.url()})


def test_a_text_is_judged_at_once_and_told_with_the_next_alert(run: Run, house: House, hook: Hook) -> None:
    code, out, _ = run("add", "Raid kills\nnobody", "--author", "ana")
    assert (code, "no rule matches it" in out) == (OK, True)
    code, out, _ = run("add", "Raid kills three ISIS members", "--author", "ana", "--url", "https://a.example/1")
    assert code == OK
    assert "MATCH    isis-operation" in out
    assert "channel  chat  pending: for its next digest or alert" in out
    with house.monitor() as monitor:
        cycle(monitor, NOON)
        [call] = hook.received
        assert "Raid kills three ISIS members" in call.json["message"]
        assert "a.example" in call.json["message"]
    _, out, _ = run("why", "https://a.example/1")
    assert "brought in  by ana, " in out
    assert "channel     chat  delivered" in out
    assert BY_HAND not in run("feeds", "list")[1]


def test_what_is_brought_in_twice_is_one_item(run: Run, house: House) -> None:
    given = ["add", "Raid kills three ISIS members", "--url", "https://a.example/1", "--author", "ana", "--json"]
    first, second = (json.loads(run(*given)[1]) for _ in range(2))
    assert first["key"] == second["key"]
    assert (first["matches"], [one["channel"] for one in first["owed"]]) == (["isis-operation"], ["chat"])
    with closing(app.open_store(house.settings)) as store:
        assert store.books().items.known == 1
        assert store.books().problems() == ()


def test_a_page_gives_its_title_description_and_date(run: Run, house: House) -> None:
    with FeedServer({"/raid": Answer(body=PAGE.encode(), headers={"Content-Type": "text/html"})}) as server:
        code, out, _ = run("add", server.url("/raid"), "--author", "ana", "--allow-private", "--json")
    assert code == OK
    with closing(app.open_store(house.settings)) as store:
        history = store.history(json.loads(out)["key"])
    assert history is not None
    item = history.versions[0].item
    assert (item.title, item.summary) == ("Raid kills three ISIS members", "The army told of a raid.")
    assert item.published is not None
    assert item.published.isoformat() == "2024-10-22T05:00:00+00:00"


def test_an_address_of_this_network_is_not_fetched_unless_it_may_be(run: Run) -> None:
    with FeedServer({"/raid": Answer(body=PAGE.encode())}) as server:
        code, out, err = run("add", server.url("/raid"), "--author", "ana")
        assert (code, out, server.requests) == (4, "", [])
    assert "address" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["Raid", "--url", "javascript:alert(1)"], "is no http address"),
        (["Raid", "--date", "yesterday"], "write 2024-10-22T08:00+03:00"),
        (["items.jsonl"], "there is no file items.jsonl"),
        ([" "], "there are no words in it"),
    ],
)
def test_what_is_no_item_is_refused(run: Run, house: House, words: list[str], said: str) -> None:
    code, out, err = run("add", *words, "--author", "ana")
    assert (code, out) == (USAGE, "")
    assert said in err


def test_a_feed_is_no_item(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text('<rss version="2.0"><channel><title>T</title><item><title>a</title></item></channel></rss>')
    code, _, err = run("add", str(path), "--author", "ana")
    assert code == USAGE
    assert "a feed belongs in feeds.yaml" in err


def test_a_configuration_that_is_refused_takes_nothing(run: Run, house: House) -> None:
    house.write("digests.yaml", "digests: [{}]")
    assert run("add", "Raid kills three ISIS members", "--author", "ana")[0] == CONFIGURATION
    with closing(app.open_store(house.settings)) as store:
        assert store.arrivals() == ()


def test_one_that_can_not_be_judged_stops_no_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with house.monitor() as monitor:
        judge = arriving.judge

        def poisoned(*given: object, **more: object) -> object:
            if given[3][0].title == "Poison":  # type: ignore[index]
                raise ZeroDivisionError
            return judge(*given, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(arriving, "judge", poisoned)
        for title in ("Poison", "Raid kills three ISIS members"):
            monitor.store.bring(Item(BY_HAND, None, "", title, ""), "ana", NOON)
        with pytest.raises(ZeroDivisionError):
            monitor.take_arrivals(NOON)
        assert monitor.store.arrivals() == ()
        assert monitor.books().items.matched == 1


def test_a_daemon_that_is_at_work_takes_it_at_its_next_poll(
    tmp_path: Path, hook: Hook, capsys: pytest.CaptureFixture[str]
) -> None:
    with FeedServer() as feeds, mail_server() as post:
        installation = Installation(tmp_path, feeds, post, hook)
        house = installation.house
        with installation.running():
            installation.wait_until(installation.everyone_knows_everything)
            answers: list[int] = []
            given = ["add", "Raid kills three ISIS members", "--author", "ana"]
            words = [*given, "--config", str(house.config), "--data", str(house.folder / "data")]
            thread = threading.Thread(target=lambda: answers.append(main(words)))
            thread.start()
            installation.wait_until(lambda: any("Raid kills three" in str(call.json) for call in hook.received))
            thread.join(30)
            assert answers == [OK]
    assert "MATCH    isis-operation" in capsys.readouterr().out
