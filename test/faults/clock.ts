/** Loaded into a node before Koine: a message sets its clock, as an operator or NTP might. */
const RealDate = Date;
let shift = 0;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [RealDate.now() + shift] : args, newTarget),
  get: (target, key) => (key === 'now' ? () => RealDate.now() + shift : Reflect.get(target, key)),
});

process.on('message', (message: { shift: number }) => {
  shift = message.shift;
});
// The listener must not keep the process alive.
process.channel?.unref();
