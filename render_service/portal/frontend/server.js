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
  ask(path, content, done = this.words.ready) {
    return new Promise((resolve) => {
      this.waiting.get(path)?.resolve(null);
      this.waiting.delete(path);
      this.waiting.set(path, { content, done, resolve });
      this.#next();
    });
  }

  async #next() {
    if (this.busy || !this.waiting.size) return;
    this.busy = true;
    const [path, { content, done, resolve }] = this.waiting.entries().next().value;
    this.waiting.delete(path);
    this.say(this.words.working);
    let answer = null;
    try {
      answer = await this.#send(path, content, done);
    } catch {
      this.say(this.words.failed, true);
    }
    this.busy = false;
    resolve(answer);
    this.#next();
  }

  async #send(path, content, done) {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.words.token },
      body: JSON.stringify(content),
    });
    const told = await response.json();
    this.say(response.ok ? done : told.detail, !response.ok);
    return response.ok ? told : null;
  }
}
