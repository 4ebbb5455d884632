/** A clock that stands still until a test moves it on. */
export { passTime, silence, stopClock } from "../../packages/uploads/testing/clock";
