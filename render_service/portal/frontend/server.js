// SPDX-License-Identifier: GPL-3.0-or-later
// Requests to the server: one in flight; of those that wait, the last of each kind is sent.
export class Server {
  constructor(words, say) {
    this.words = words;
    this.say = say;
    this.waiting = new Map();
    this.busy = false;
  }

  // The answer, or null where a later request took this one's place or the server refused it.
  ask(path, content) {
    return new Promise((resolve) => {
      this.waiting.get(path)?.resolve(null);
      this.waiting.delete(path);
      this.waiting.set(path, { content, resolve });
      this.#next();
    });
  }

  async #next() {
    if (this.busy || !this.waiting.size) return;
    this.busy = true;
    const [path, { content, resolve }] = this.waiting.entries().next().value;
    this.waiting.delete(path);
    this.say(this.words.working);
    let answer = null;
    try {
      answer = await this.#send(path, content);
    } catch {
      this.say(this.words.failed);
    }
    this.busy = false;
    resolve(answer);
    this.#next();
  }

  async #send(path, content) {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.words.token },
      body: JSON.stringify(content),
    });
    const told = await response.json();
    this.say(response.ok ? (content.save ? this.words.saved : this.words.ready) : told.detail);
    return response.ok ? told : null;
  }
}
