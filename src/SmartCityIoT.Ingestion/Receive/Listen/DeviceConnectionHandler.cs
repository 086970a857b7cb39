using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using SmartCityIoT.Ingestion.Receive.Listen.Sockets;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>Kestrel's way in: TLS, and TCP without it where there is no <see cref="PlainPort"/>.</summary>
internal sealed class DeviceConnectionHandler(DeviceDoor door) : ConnectionHandler
{
    public override Task OnConnectedAsync(ConnectionContext connection)
    {
        connection.Features.Get<IInlineFeature>()?.GoInline();
        return door.ServeAsync(
            new KestrelTransport(connection),
            (Admission)connection.Items[typeof(Admission)]!,
            connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate);
    }

    private sealed class KestrelTransport(ConnectionContext connection) : IDeviceTransport
    {
        public PipeReader Input => connection.Transport.Input;

        public PipeWriter Output => connection.Transport.Output;

        public void Abort() => connection.Abort();
    }
}
