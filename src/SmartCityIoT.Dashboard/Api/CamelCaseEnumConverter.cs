using System.Text.Json;
using System.Text.Json.Serialization;

namespace SmartCityIoT.Dashboard.Api;

/// <summary>Writes an enum as the camel-case name of its member.</summary>
internal sealed class CamelCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
