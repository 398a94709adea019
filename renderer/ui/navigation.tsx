import { createContext, type ReactNode, useContext } from 'react';

/** The screens that exist. */
export const SCREEN_IDS = ['servers', 'traffic', 'scenarios', 'load', 'state'] as const;
export type Screen = (typeof SCREEN_IDS)[number];

export interface Navigation {
  readonly screen: Screen;
  readonly go: (screen: Screen) => void;
}

const NavigationContext = createContext<Navigation>({ screen: 'servers', go: () => undefined });

export const NavigationProvider = (props: {
  readonly value: Navigation;
  readonly children: ReactNode;
}): ReactNode => <NavigationContext value={props.value}>{props.children}</NavigationContext>;

/** Lets a feature lead to another screen without knowing it. */
export const useNavigation = (): Navigation => useContext(NavigationContext);
