import { Command } from 'commander';
import { scenarioJsonSchema } from '../../../scenarios/schema/scenario.ts';
import { NodeOptions } from '../../servers/scenario-nodes/node-options.ts';
import { EXIT, usageError } from '../io.ts';
import { harmless } from '../printable.ts';
import { diagnosticLine, readScenario } from '../scenario/read-scenario.ts';
import type { Subcommand } from '../subcommand.ts';

/** `sipctl validate FILE...`: reads scenarios without running them. Exit 1 when one has errors. */
export const validateCommand: Subcommand = {
  json: {
    diagnostic: 'file, line, column, severity, message, path',
    valid: 'file, name, actors, nodes, steps',
  },
  examples: [
    'validate call.yaml',
    'validate --schema > scenario.schema.json',
    'validate scenarios/*.yaml --json',
  ],
  command: (io, done) =>
    new Command('validate')
      .description(
        'Check scenario files without running them: each finding with its line and column. Exit 1 when there are errors.',
      )
      .argument('[file...]', 'scenario files, YAML or JSON; - for standard input')
      .option('--schema', 'Print the JSON Schema of the language, for editors.')
      .option('--json', 'Print one JSON object a finding, and one for each valid file.')
      .action(
        async (paths: readonly string[], flags: { readonly json?: boolean; readonly schema?: boolean }) => {
          if (flags.schema === true) {
            io.out(`${JSON.stringify(scenarioJsonSchema(NodeOptions), null, 2)}\n`);
            return;
          }
          if (paths.length === 0) throw usageError('name at least one scenario file');
          let hasErrors = false;
          for (const file of paths) {
            const { program, diagnostics } = await readScenario(file, io);
            for (const diagnostic of diagnostics) {
              hasErrors ||= diagnostic.severity === 'error';
              io.out(
                flags.json === true
                  ? `${JSON.stringify({ event: 'diagnostic', file, ...diagnostic })}\n`
                  : `${harmless(diagnosticLine(file, diagnostic))}\n`,
              );
            }
            if (program === undefined) continue;
            const actors = program.actors.map(({ name }) => name);
            const nodes = program.nodes.map((node) => node.name);
            const steps = program.actors.reduce((sum, { instructions }) => sum + instructions.length, 0);
            const { name } = program;
            if (flags.json === true)
              io.out(`${JSON.stringify({ event: 'valid', file, name, actors, nodes, steps })}\n`);
            else io.out(`${harmless(`${file}: ${name}: ${actors.join(', ')}`)}\n`);
          }
          done(hasErrors ? EXIT.negative : EXIT.ok);
        },
      ),
};
