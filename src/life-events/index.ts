/**
 * Life events 人口登记变更: death, a new name, a new number, as the population register tells them, each applied once.
 * Owns src/life-events. May import: the public faces of accounts, credentials, enterprises, families, officials, audit,
 * storage's ports, identifiers, clock, errors.
 */
export {
  createLifeEvents,
  type LifeEvents,
  type LifeEventsDeps,
  type LifeEventsReport,
  type ListedEvent,
} from './create-life-events.ts';
export { type LifeEvent, type LifeEventKind, lifeEventKinds } from './life-event.ts';
export { openFileLifeEvents } from './register/file-life-events.ts';
export {
  type LifeEventPage,
  type LifeEventRegister,
  noLifeEvents,
  openHttpLifeEvents,
} from './register/life-event-register.ts';
