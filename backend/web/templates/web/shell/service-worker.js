{% load static %}// The worker of all pages. What it can do stands in its modules; here is only what the server knows.

import { keepShell } from "{% static 'web/worker/shell.js' %}";
import "{% static 'web/worker/sync.js' %}";
import { bindPushes } from "{% static 'web/worker/pushes.js' %}";
import "{% static 'web/worker/saved.js' %}";

keepShell({{ shell|safe }});
bindPushes({{ words|safe }});
