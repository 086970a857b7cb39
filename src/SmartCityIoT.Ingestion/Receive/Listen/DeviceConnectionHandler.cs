using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using SmartCityIoT.Ingestion.Receive.Listen.Sockets;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>Kestrel's way in: TCP, with TLS before it or without.</summary>
internal sealed class DeviceConnectionHandler(DeviceDoor door) : ConnectionHandler
{
    public override Task OnConnectedAsync(ConnectionContext connection)
    {
        connection.Features.Get<IInlineFeature>()?.GoInline();
        return door.ServeAsync(
            connection.Transport,
            (Admission)connection.Items[typeof(Admission)]!,
            connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate,
            connection.Abort);
    }
}
