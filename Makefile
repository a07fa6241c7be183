# Cuppa: `make help` lists the commands.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BOOTSTRAP = command -v $(PYTHON) >/dev/null || { echo "Cuppa needs Python 3.11 or newer, and there is no $(PYTHON) here." >&2; exit 1; }; \
	$(PYTHON) backend/embedded/bootstrap.py

# Gates read the settings but never connect: the addresses below lead nowhere.
GATE_ENV := DJANGO_SETTINGS_MODULE=backend.settings.test SECRET_KEY=only-for-gates WORKER_KEY=only-for-gates \
	DATABASE_URL=postgresql://nobody@127.0.0.1:1/nothing BROKER_URL=redis://127.0.0.1:1 \
	MEDIA_BROKER_URL=redis://127.0.0.1:1 PUBLIC_URL=http://127.0.0.1:8000 \
	OBJECT_STORE=dir:$(CURDIR)/var/gates/objects UPLOAD_DIR=$(CURDIR)/var/gates/uploads

.DEFAULT_GOAL := help
.PHONY: help install install-dev run stop status doctor operator logs models reset demo demo-data evaluate-search bench-search bench-upload bench-media bench-push bench-pages bench-live simulate evaluate-routing check openapi messages format test test-slow pages-pictures lock images test-images

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## make .venv with the pinned, hashed requirements of `make run`
	@$(BOOTSTRAP) requirements-embedded.txt

install-dev:
	@$(BOOTSTRAP) requirements-dev.txt

run: install ## start everything on one machine; PORT=8001 for another port, Ctrl-C stops it
	@exec $(BIN)/python -m backend.embedded run

stop: install ## stop the Cuppa that runs on var/
	@$(BIN)/python -m backend.embedded stop

status: install ## tell which processes run
	@$(BIN)/python -m backend.embedded status

models: install ## fetch a speech model, for better captions (small: 0.5 GB); MODEL=base for another
	@$(BOOTSTRAP) media_worker/requirements-whisper.txt
	@$(BIN)/python -m media_worker.models $(or $(MODEL),small) $(or $(VAR_DIR),var)/models

doctor: install ## tell what is stuck and why; ARGS=--json for programs
	@$(BIN)/python -m backend.embedded.doctor $(ARGS)

operator: install ## let somebody see every organisation at /operator/: EMAIL=asha@northgate.example; ARGS=--end takes it back
	@$(BIN)/python -m backend.embedded.operator $(EMAIL) $(ARGS)

logs: ## follow the logs of every process
	@tail -n 20 -F var/log/*.log

reset: install ## delete everything Cuppa stored on this machine (asks first)
	@$(BIN)/python -m backend.embedded reset

demo: install ## play the whole story over HTTP; ARGS="--kill media-worker --kill broker" kills parts in the middle
	@$(BIN)/python -m backend.demo $(ARGS)

demo-data: install ## fill the demo organisation of the running Cuppa with half a year of faults; ARGS=--help
	@$(BIN)/python -m backend.embedded.demo_data $(ARGS)

evaluate-search: install-dev ## judge search beside ts_rank and BM25; DATA=FILE for another FaultTalk file
	@$(BIN)/python -m bench.evaluate_search $(DATA)

bench-search: install-dev ## measure search among 100,000 threads with a million cues; ARGS="--threads 10000" for fewer
	@$(BIN)/python -m bench.search $(ARGS)

bench-upload: install-dev ## measure uploads beside @tus/server (needs npm); PART=throughput for one part
	@$(BIN)/python -m bench.upload $(PART)

bench-media: install-dev ## measure films and captions beside bare ffmpeg and PocketSphinx; PART=cpu for one part
	@$(BIN)/python -m bench.media $(PART)

bench-push: install-dev ## measure pushes to a local FCM, replies, and both while parts are killed; PART=latency for one part
	@$(BIN)/python -m bench.push $(PART)

bench-pages: install-dev ## measure what pages cost a phone on one bar, in Chromium; ARGS="--rounds 3 --faults 20" for less
	@$(BIN)/python -m bench.pages $(ARGS)

bench-live: install-dev ## measure 500 people who watch threads; COUNT=2000 for more
	@$(BIN)/python -m bench.live_readers $(COUNT)

simulate: install-dev ## simulate a month of asking beside a broadcast; ARGS="--days 5 --people 60" for a short one, --plots for docs/asking.md
	@$(BIN)/python -m bench.simulate $(ARGS)

evaluate-routing: install-dev ## replay kept asks beside random and tag; ARGS="--real --weights FILE" with DATABASE_URL for your own
	@$(BIN)/python -m bench.routing $(ARGS)

check: install-dev ## format, lint, types, import rules, migrations, OpenAPI
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(GATE_ENV) $(BIN)/mypy
	$(BIN)/lint-imports
	$(GATE_ENV) $(BIN)/python -W "ignore:Got an error checking:RuntimeWarning" -m backend.manage makemigrations --check --dry-run
	$(GATE_ENV) $(BIN)/python -m backend.manage check_openapi

openapi: install-dev ## write api_schema/openapi.yaml anew from the views
	$(GATE_ENV) $(BIN)/python -m backend.manage check_openapi --write

messages: install-dev ## bring locale/ up to what the pages say (needs GNU gettext); NEW=fr for another language
	$(GATE_ENV) $(BIN)/python -m backend.manage messages $(NEW)

format: install-dev ## format and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: install-dev ## the suite, on real PostgreSQL, Redis and ffmpeg
	@# Three for two cores: a quarter of the time is waiting, for time-outs and for films that play.
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not slow" $(ARGS)

test-slow: install-dev ## the tests that start the whole stack
	$(BIN)/python -m pytest -m slow $(ARGS)

pages-pictures: install-dev ## play the story of three people in Chromium, and take the pictures of docs/pages/ anew
	CUPPA_PICTURES=1 $(BIN)/python -m pytest -m slow tests/web/pages/test_the_story.py $(ARGS)

images: ## build both production images, with Docker, Podman or buildah; BUILD_ARGS=--pull for the builder
	@BUILD_ARGS="$(BUILD_ARGS)" deploy/build-images.sh

test-images: install-dev ## build them from a clean clone, run docker-compose.yml from them with Podman, play the story
	BUILD_ARGS="$(BUILD_ARGS)" $(BIN)/python -m pytest -m slow tests/deploy $(ARGS)

COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-find-links --quiet \
	--custom-compile-command "make lock"

lock: install-dev ## compile every requirements*.in into a hashed requirements*.txt; the versions agree
	$(COMPILE) requirements-dev.in -o requirements-dev.txt
	$(COMPILE) -c requirements-dev.txt requirements.in -o requirements.txt
	$(COMPILE) -c requirements-dev.txt requirements-embedded.in -o requirements-embedded.txt
	$(COMPILE) -c requirements-dev.txt media_worker/requirements.in -o media_worker/requirements.txt
	$(COMPILE) -c requirements-dev.txt media_worker/requirements-whisper.in -o media_worker/requirements-whisper.txt
