using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SmartCityIoT.Server.Health;

/// <summary>Brings <c>/healthz/live</c> (the process answers) and <c>/healthz/ready</c> (it can take messages).</summary>
internal static class HealthRegistration
{
    private const string Ready = "ready";

    public static IServiceCollection AddPlatformHealth(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<HealthOptions>().Bind(configuration.GetSection(HealthOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddHealthChecks().AddCheck<PlatformHealth>("platform", tags: [Ready]);
        return services;
    }

    public static void MapHealth(this WebApplication platform)
    {
        platform.MapHealthChecks("/healthz/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        platform.MapHealthChecks("/healthz/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready), ResponseWriter = WriteAsync });
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        var answer = new Dictionary<string, object>
        {
            ["status"] = report.Status == HealthStatus.Healthy ? "ok" : "notReady",
            ["problems"] = report.Entries.Values.Where(entry => entry.Status != HealthStatus.Healthy).Select(entry => entry.Description ?? "").ToArray(),
            ["parts"] = report.Entries.Values.SelectMany(entry => entry.Data).ToDictionary(part => part.Key, part => part.Value),
        };
        return context.Response.WriteAsync(JsonSerializer.Serialize(answer));
    }
}
