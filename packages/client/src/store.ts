/** The state, and the listeners to its changes. */
import type { LiveEvent, Positions } from './events.ts';
import { applyToEntities } from './reducer.ts';
import type { State } from './state.ts';

/** The parts of the state with an entry for each id. */
export type KeyedSlice = {
  [Slice in keyof State]: State[Slice] extends Readonly<Record<string, unknown>> | null
    ? string extends keyof NonNullable<State[Slice]>
      ? Slice
      : never
    : never;
}[keyof State];

export type Listener = () => void;

/** A change that is shown before the server has confirmed it. */
export type Prediction = {
  /** Returns the very same state if that has the change already. */
  readonly predict: (state: State) => State;
  /** Unix ms from which it is no longer shown; null: the server has not answered yet. */
  until: number | null;
  /** Whether it changed what was shown without it, when last compared. */
  isOpen: boolean;
};

export type Store = ReturnType<typeof createStore>;

/** How long a confirmed change is shown without its event, in ms: a client without a live connection gets none. */
const CONFIRMED = 15_000;

/** `schedule`: runs its argument soon; listeners are called once for all changes until then. */
export function createStore(initial: State, schedule: (run: () => void) => void) {
  let base = initial;
  let current = initial;
  let published = initial;
  let isScheduled = false;
  let predictions: readonly Prediction[] = [];
  const recordings = new Set<LiveEvent[]>();
  /** The last work on each subject. */
  const queues = new Map<string, Promise<unknown>>();
  const listeners = createListeners();

  function show(): void {
    current = settle();
    if (current === published || isScheduled) return;
    isScheduled = true;
    schedule(() => {
      isScheduled = false;
      const before = published;
      published = current;
      listeners.tell(before, published);
    });
  }

  /** Forgets predictions whose effect has come, and answered ones whose time is over. @returns the state with the others */
  function settle(): State {
    const now = Date.now();
    let state = base;
    predictions = predictions.filter((prediction) => {
      const { predict, until, isOpen: wasOpen } = prediction;
      const next = predict(state);
      prediction.isOpen = next !== state;
      const isOver = until !== null && (until <= now || !prediction.isOpen);
      if (isOver || (wasOpen && !prediction.isOpen)) return false;
      state = next;
      return true;
    });
    return state;
  }

  function inTurn<Answer>(subject: string, work: () => Promise<Answer>): Promise<Answer> {
    const done = queues.get(subject)?.then(work, work) ?? work();
    queues.set(subject, done);
    const end = () => {
      if (queues.get(subject) === done) queues.delete(subject);
    };
    done.then(end, end);
    return done;
  }

  /** `changes` one after the other: what one of them makes true, the next may undo. */
  function update(...changes: ((state: State) => State)[]): void {
    const before = base;
    for (const change of changes) {
      base = change(base);
      settle();
    }
    if (base !== before) show();
  }

  return {
    get state(): State {
      return current;
    },
    /** As the server has confirmed it. */
    get confirmed(): State {
      return base;
    },
    subscribe: listeners.add,
    update,
    /** Shows what predictions predict now. */
    show,

    /** Applies events, which recordings keep. */
    apply: (events: readonly LiveEvent[], change: (state: State, event: LiveEvent) => State): void => {
      for (const recording of recordings) recording.push(...events);
      update(...events.map((event) => (state: State) => change(state, event)));
    },

    /**
     * Takes the answer of a read into the state. Events that came while it was under way are applied to it again, as the
     * answer may be older than they are. `at`: positions that the answer includes at least.
     */
    read: async <Answer>(
      ask: () => Promise<Answer>,
      absorb: (state: State, answer: Answer, at: Positions) => State,
    ): Promise<Answer> => {
      const meanwhile: LiveEvent[] = [];
      recordings.add(meanwhile);
      const at = base.positions;
      try {
        const answer = await ask();
        update((state) => meanwhile.reduce(applyToEntities, absorb(state, answer, at)));
        return answer;
      } finally {
        recordings.delete(meanwhile);
      }
    },

    /**
     * Shows a change until `work` fails (then it is undone), or its effect has come by an event. Work on the same subject is
     * done in turn: several connections could carry a change and its reversal in either order.
     */
    predict: async <Answer>(
      subject: string,
      predict: Prediction['predict'],
      work: () => Promise<Answer>,
    ): Promise<Answer> => {
      const prediction: Prediction = { predict, until: null, isOpen: predict(current) !== current };
      predictions = [...predictions, prediction];
      show();
      try {
        const answer = await inTurn(subject, work);
        prediction.until = Date.now() + CONFIRMED;
        show();
        return answer;
      } catch (error) {
        predictions = predictions.filter((one) => one !== prediction);
        show();
        throw error;
      }
    },
  };
}

/** Listeners of the whole state, of a part of it, and of an entry of a part. */
function createListeners() {
  const ofAll = new Set<Listener>();
  const ofSlices = new Map<keyof State, Map<string | null, Set<Listener>>>();

  function setFor(slice: keyof State, key: string | null): Set<Listener> {
    const ofSlice = ofSlices.get(slice) ?? new Map<string | null, Set<Listener>>();
    ofSlices.set(slice, ofSlice);
    const set = ofSlice.get(key) ?? new Set();
    ofSlice.set(key, set);
    return set;
  }

  function add(listener: Listener): () => void;
  function add(slice: keyof State, listener: Listener): () => void;
  function add(slice: KeyedSlice, key: string, listener: Listener): () => void;
  function add(...words: [Listener] | [keyof State, Listener] | [KeyedSlice, string, Listener]): () => void {
    if (words.length === 1) return join(ofAll, words[0], () => {});
    const [slice, key, listener] = words.length === 3 ? words : [words[0], null, words[1]];
    const set = setFor(slice, key);
    return join(set, listener, () => ofSlices.get(slice)?.delete(key));
  }

  function tell(before: State, after: State): void {
    for (const [slice, ofSlice] of ofSlices) {
      if (before[slice] === after[slice]) continue;
      const [old, now] = [before[slice], after[slice]] as Record<string, unknown>[];
      for (const [key, set] of ofSlice)
        if (key === null || old?.[key] !== now?.[key]) for (const listener of [...set]) listener();
    }
    for (const listener of [...ofAll]) listener();
  }

  return { add, tell };
}

function join(set: Set<Listener>, listener: Listener, whenEmpty: () => void): () => void {
  set.add(listener);
  return () => {
    if (set.delete(listener) && set.size === 0) whenEmpty();
  };
}
