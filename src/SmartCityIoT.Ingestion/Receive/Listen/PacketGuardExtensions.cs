using Microsoft.AspNetCore.Connections;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>Puts the guard into a listening endpoint.</summary>
internal static class PacketGuardExtensions
{
    /// <summary>
    /// Adds the guard; call it before the server's own handler (<c>UseMqtt</c>) and after TLS. One guard may serve several
    /// endpoints, whose connections before login it then counts together.
    /// </summary>
    public static TBuilder UsePacketGuard<TBuilder>(this TBuilder endpoint, PacketGuard guard)
        where TBuilder : IConnectionBuilder
    {
        endpoint.Use(next => connection => guard.RunAsync(connection, next));
        return endpoint;
    }
}
