import { UserError } from '../model/errors.ts';
import { type Filter, type Filterable, namesField, parseFilter } from '../model/filter.ts';
import { withoutToken } from '../model/path-token.ts';
import { parseTarget, type Target } from '../model/target.ts';

/** Forwards requests that match a filter to targets, the first of which decides the reply. */
export interface Route {
  readonly filter: Filter;
  readonly targets: readonly Target[];
  /** True if the filter looks at the path. */
  readonly byPath: boolean;
}

/** Parses `path:/stripe/* => 3000, 4000`; throws a UserError for a route that is not valid. */
export function parseRoute(text: string): Route {
  const arrow = text.lastIndexOf('=>');
  if (arrow < 0) {
    throw new UserError(
      'usage',
      `The route ${JSON.stringify(text)} has no =>.`,
      "A route is a filter and targets, such as 'path:/stripe/* => 3000'.",
    );
  }
  const targets = text
    .slice(arrow + 2)
    .split(',')
    .map((part) => parseTarget(part));
  if (new Set(targets.map(({ href }) => href)).size < targets.length) {
    throw new UserError('usage', `The route ${JSON.stringify(text)} names a target twice.`);
  }
  const filter = text.slice(0, arrow).trim();
  return { filter: parseFilter(filter), targets, byPath: namesField(filter, 'path') };
}

/** The targets of the first route that matches the request, else the default target, else none. */
export function targetsFor(
  request: Filterable,
  routes: readonly Route[],
  defaultTarget: Target | undefined,
  token: string | undefined,
): readonly Target[] {
  const route = routeFor(request, routes, token);
  return route?.targets ?? (defaultTarget ? [defaultTarget] : []);
}

/** The first route that matches a request. Filters see the path that the target will see, without `token`. */
export function routeFor(
  request: Filterable,
  routes: readonly Route[],
  token: string | undefined,
): Route | undefined {
  if (routes.length === 0) return undefined;
  const seen = token === undefined ? request : stripped(request, token);
  return routes.find(({ filter }) => filter(seen));
}

function stripped(request: Filterable, token: string): Filterable {
  return { ...request, requestTarget: withoutToken(request.requestTarget, token) };
}
