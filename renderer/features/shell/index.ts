import './shell.css';

export { ConnectionBanner } from './connection-banner.tsx';
export { Rail } from './rail.tsx';
export { SettingsDialog } from './settings-dialog.tsx';
export { Splash } from './splash.tsx';
export { StatusBar } from './status-bar.tsx';
export { TopBar } from './top-bar.tsx';
export { useAppCommands } from './use-app-commands.ts';
