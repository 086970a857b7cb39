using System.Text.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace SmartCityIoT.Dashboard.Docs;

/// <summary>Writes query parameters into the document as requests have them: the generator takes the names of the properties that they bind to.</summary>
internal static class QueryNames
{
    public static Task WriteAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            if (parameter is { In: ParameterLocation.Query, Name: { } name }) parameter.Name = JsonNamingPolicy.CamelCase.ConvertName(name);
        }

        return Task.CompletedTask;
    }
}
