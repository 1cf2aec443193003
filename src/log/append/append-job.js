/** An append on its way to disk. It is its own promise's ends: closures would cost more. */
export class AppendJob {
    stage;
    events;
    options;
    bytes;
    result;
    /** What it will be answered. */
    answer = undefined;
    #resolve;
    #reject;
    constructor(stage, events, options) {
        this.stage = stage;
        this.events = events;
        this.options = options;
        let bytes = 128;
        for (const { data } of events)
            bytes += data?.length ?? 0;
        this.bytes = bytes;
        this.result = new Promise((resolve, reject) => {
            this.#resolve = resolve;
            this.#reject = reject;
        });
    }
    form(group) {
        return this.stage.form(this, group);
    }
    resolve(result) {
        this.#resolve(result);
    }
    reject(error) {
        this.#reject(error);
    }
    committed() {
        this.stage.committed(this);
        this.#resolve(this.answer);
    }
    failed(error) {
        this.#reject(error);
    }
}
