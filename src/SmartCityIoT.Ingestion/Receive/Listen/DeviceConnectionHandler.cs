using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>Kestrel's way in: TCP, with TLS before it or without.</summary>
internal sealed class DeviceConnectionHandler(DeviceDoor door) : ConnectionHandler
{
    public override Task OnConnectedAsync(ConnectionContext connection) => door.ServeAsync(
        connection.Transport,
        (Admission)connection.Items[typeof(Admission)]!,
        connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate,
        connection.Abort);
}
