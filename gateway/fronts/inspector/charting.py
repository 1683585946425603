"""Charts: as columns for the script that draws them, and as a page of pictures and tables for everybody."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.audit.search import Query
from gateway.fronts.inspector.context import MOUNT, Context, Tab, View
from gateway.inspector.charts import (
    MOST_COUNTED,
    Chart,
    chart_of,
    chart_of_search,
    choice_of,
    ends_of,
    rows_of,
    times_of,
)
from gateway.inspector.graphs import graphs_of, span_in_words
from gateway.stores.audit_index import AuditIndex

CHARTS = f"{MOUNT}/charts"


def chart(index: AuditIndex, query: Query) -> Chart:
    """Return the chart of a query: from the counts where they know what is chosen, else of the newest records."""
    times = times_of(query, index.rollups.extent())
    only = choice_of(query)
    if only is not None:
        return chart_of(index.rollups.steps(times.since, times.until, times.step, only), times)
    return chart_of_search(index.counted(ends_of(query), times.step, MOST_COUNTED), times)


def chart_routes(context: Context) -> list[Route]:
    """Return the charts. Errors: 400 for an address that says no filter."""

    async def columns(request: Request) -> Response:
        query = context.filter(request).query
        answer = await context.reading.ask(lambda index: chart(index, query))
        return JSONResponse({**answer.found.as_json(), "behind": answer.behind})

    async def pictures(request: Request) -> Response:
        chosen = context.filter(request)
        query = chosen.query
        answer = await context.reading.ask(lambda index: chart(index, query))
        return context.page(
            request,
            "charts.html",
            filter=chosen,
            chart=answer.found,
            graphs=graphs_of(answer.found),
            points=list(rows_of(answer.found)),
            step=span_in_words(answer.found.times.step),
            behind=answer.behind,
        )

    return [
        Route("/charts", pictures, methods=["GET"]),
        Route("/charts.json", columns, methods=["GET"]),
    ]


VIEW = View(Tab("Charts", CHARTS), chart_routes)
