/** A step that can be put in: what the menu says and what is written. */
export interface StepKind {
  readonly label: string;
  readonly yaml: string;
}

/** By what people look for; the words are those of the language. */
export const STEP_GROUPS: readonly { readonly title: string; readonly kinds: readonly StepKind[] }[] = [
  {
    title: 'Messages',
    kinds: [
      { label: 'Send a request', yaml: 'send: OPTIONS' },
      { label: 'Send a response', yaml: 'send: 200' },
      { label: 'Expect a response', yaml: 'expect: 200' },
      { label: 'Expect a request', yaml: 'expect: INVITE' },
      { label: 'Optional message', yaml: 'optional: 180' },
      { label: 'Nothing for a time', yaml: 'none: 500 ms' },
    ],
  },
  {
    title: 'Calls',
    kinds: [
      { label: 'Call', yaml: 'invite: {}' },
      { label: 'Wait for a call and ring', yaml: 'ring: {}' },
      { label: 'Answer', yaml: 'answer: {}' },
      { label: 'Hold', yaml: 'hold: {}' },
      { label: 'Resume', yaml: 'resume: {}' },
      { label: 'Cancel', yaml: 'cancel: {}' },
      { label: 'Transfer', yaml: 'transfer: { to: sip:carol@example.com }' },
      { label: 'Hang up', yaml: 'bye: {}' },
    ],
  },
  {
    title: 'Other agents',
    kinds: [
      { label: 'Register', yaml: 'register: {}' },
      { label: 'Send a text', yaml: 'message: { text: Hello }' },
      { label: 'Subscribe', yaml: 'subscribe: { event: presence }' },
    ],
  },
  {
    title: 'Flow',
    kinds: [
      { label: 'Wait', yaml: 'wait: 1 s' },
      { label: 'Log a line', yaml: 'log: Reached' },
      { label: 'Set a variable', yaml: 'set: { name: value }' },
      { label: 'Check an expression', yaml: 'check: "1 < 2"' },
      { label: 'Wait for the other actors', yaml: 'sync: ready' },
      { label: 'Repeat', yaml: 'repeat: { times: 3, steps: [{ send: OPTIONS }, { expect: 200 }] }' },
    ],
  },
];
