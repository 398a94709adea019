export { EnvironmentPicker } from './environment-picker.tsx';
export { EnvironmentsDialog } from './environments-dialog.tsx';
export { createEnvironmentsStore, type EnvironmentsStore } from './environments-store.ts';
export { useEnvironmentCommands } from './use-environment-commands.ts';
