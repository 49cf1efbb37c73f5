// Sends what the notebook's page asks for. The browser decides what this page may read of the answer.
addEventListener("message", async ({data, source, origin}) => {
  if (source !== parent) return;
  let found;
  try {
    const reply = await fetch(data.url, {...data.options, credentials: data.own ? "same-origin" : "include"});
    const text = await reply.text();
    found = {status: reply.status, text, etag: reply.headers.get("ETag") || ""};
  } catch (problem) {
    found = {problem: String(problem)};
  }
  parent.postMessage({labkit: data.labkit, number: data.number, found}, origin === "null" ? "*" : origin);
});
parent.postMessage({labkit: location.hash.slice(1), ready: true}, "*");
