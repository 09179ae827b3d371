// The page Search: looks up its field, or what follows "?q=" in the address, in the sections of search_index.js.
const field = document.getElementById("query");
const hits = document.getElementById("hits");
const count = document.getElementById("count");

const index = lunr(function () {
  this.ref("number");
  this.field("title", { boost: 10 });
  this.field("text");
  sections.forEach((section, number) => this.add({ number, title: section.title, text: section.text }));
});

// Every word must be there, as a word or as the beginning of one.
function search(query) {
  const words = query.toLowerCase().match(/[\p{L}\p{N}]+/gu) || [];
  if (words.length === 0) return [];
  return index.query((q) => {
    const presence = lunr.Query.presence.REQUIRED;
    for (const word of words) {
      q.term(lunr.stemmer(new lunr.Token(word)).toString(), { presence, wildcard: lunr.Query.wildcard.TRAILING, usePipeline: false });
    }
  });
}

function excerpt(text, query) {
  const word = query.toLowerCase().split(/\s+/)[0];
  const at = Math.max(0, text.toLowerCase().indexOf(word) - 60);
  return (at > 0 ? "... " : "") + text.slice(at, at + 200) + (at + 200 < text.length ? " ..." : "");
}

function show() {
  const found = search(field.value);
  hits.replaceChildren();
  count.textContent = field.value ? found.length + " found" : "";
  for (const { ref } of found.slice(0, 50)) {
    const section = sections[ref];
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = section.url;
    link.textContent = section.title;
    const text = document.createElement("div");
    text.textContent = excerpt(section.text, field.value);
    item.append(link, text);
    hits.append(item);
  }
}

field.addEventListener("input", show);
field.value = new URLSearchParams(location.search).get("q") || "";
show();
