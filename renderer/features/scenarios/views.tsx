import type { ReactNode } from 'react';
import { useMediaQuery } from '../../ui/appearance.ts';
import { Segments } from '../../ui/field.tsx';
import { usePreference } from '../../ui/preferences.tsx';
import { SplitPane, type SplitPart } from '../../ui/split-pane.tsx';

export interface ViewsProps {
  /** Undefined while there is no file. */
  readonly tree: ReactNode;
  /** What stands there when nothing is open. */
  readonly none?: ReactNode;
  readonly steps?: (lead?: ReactNode) => ReactNode;
  readonly ladder?: (lead?: ReactNode) => ReactNode;
  readonly code?: ReactNode;
}

const isView = (value: unknown): value is 'steps' | 'ladder' => value === 'steps' || value === 'ladder';

/** All side by side; where there is little room, steps and ladder take turns. */
export function Views({ tree, none, steps, ladder, code }: ViewsProps): ReactNode {
  const isWide = useMediaQuery('(min-width: 1240px)');
  const [view, setView] = usePreference<'steps' | 'ladder'>('scenarios.view', 'steps', isView);
  const choice = (
    <Segments
      aria-label="View of the steps"
      value={view}
      options={[
        { value: 'steps', label: 'Steps' },
        { value: 'ladder', label: 'Ladder' },
      ]}
      onChange={setView}
    />
  );
  const parts: SplitPart[] = [];
  if (tree !== undefined)
    parts.push({
      id: 'files',
      size: isWide ? '208px' : '172px',
      minSize: '120px',
      isFixed: true,
      content: tree,
    });
  if (none !== undefined) parts.push({ id: 'none', minSize: '300px', content: none });
  if (isWide && steps !== undefined && ladder !== undefined) {
    parts.push({ id: 'steps', size: '316px', minSize: '200px', isFixed: true, content: steps() });
    parts.push({ id: 'ladder', minSize: '260px', content: ladder() });
  } else if (steps !== undefined && ladder !== undefined)
    parts.push({
      id: 'steps or ladder',
      minSize: '260px',
      content: view === 'steps' ? steps(choice) : ladder(choice),
    });
  if (code !== undefined)
    parts.push({
      id: 'code',
      size: isWide ? '400px' : '360px',
      minSize: '240px',
      isFixed: true,
      content: code,
    });
  const id = `scenarios-${parts.map((part) => part.id.replaceAll(' ', '-')).join('-')}`;
  return <SplitPane key={id} id={id} parts={parts} />;
}
