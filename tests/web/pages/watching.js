// What a page does to watch a thread; docs/api.md shows the same.
({ thread, token }) => {
  const address = `/api/v1/threads/${thread}/events`;
  let source, lastId = "";
  window.heard = [];

  const watch = async () => {
    const answer = await fetch(`${address}-ticket`, { method: "POST", headers: { "X-Session-Token": token } });
    const { ticket } = await answer.json();
    open({ ticket, ...(lastId && { last_event_id: lastId }) });
  };

  const open = (query) => {
    source = new EventSource(`${address}?${new URLSearchParams(query)}`);
    source.addEventListener("seen", (event) => {
      lastId = event.lastEventId;
      window.heard.push(JSON.parse(event.data).n);
    });
    // The browser comes back by itself after a cut. It gives up when it is refused: then the ticket is over.
    source.addEventListener("error", () => source.readyState === EventSource.CLOSED && setTimeout(watch, 100));
  };

  window.isOpen = () => source?.readyState === EventSource.OPEN;
  window.spoilTicket = () => {
    source.close();
    open({ ticket: "over", last_event_id: lastId });
  };
  return watch();
}
