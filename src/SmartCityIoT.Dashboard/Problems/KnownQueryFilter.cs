using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace SmartCityIoT.Dashboard.Problems;

/// <summary>Refuses query parameters that an endpoint does not know, since a mistyped filter would answer with everything.</summary>
internal sealed class KnownQueryFilter(IReadOnlySet<string> known) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        foreach (var name in context.HttpContext.Request.Query.Keys)
        {
            if (!known.Contains(name))
            {
                throw new BadParameterException(name, known.Count == 0 ? "this address takes no parameters." : $"there is no such parameter here. Known are {string.Join(", ", known)}.");
            }
        }

        return next(context);
    }
}

internal static class KnownQueryExtensions
{
    /// <summary>Allows the parameters that the properties of <typeparamref name="TQuery"/> name, and no others.</summary>
    public static RouteHandlerBuilder TakesQuery<TQuery>(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilter(new KnownQueryFilter(
            typeof(TQuery).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).ToHashSet(StringComparer.Ordinal)));

    /// <summary>Allows no parameters.</summary>
    public static RouteHandlerBuilder TakesNoQuery(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilter(new KnownQueryFilter(new HashSet<string>()));
}
