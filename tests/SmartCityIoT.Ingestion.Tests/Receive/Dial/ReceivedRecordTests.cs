using System.Buffers;
using CsCheck;
using SmartCityIoT.Ingestion.Receive;
using SmartCityIoT.Ingestion.Receive.Dial;

namespace SmartCityIoT.Ingestion.Tests.Receive.Dial;

public sealed class ReceivedRecordTests
{
    [Fact]
    public void What_is_written_is_read() =>
        Gen.Select(Gen.UShort, Gen.Long, Gen.Byte, Gen.Byte.Array[0, 300], Gen.Byte.Array[0, 300]).Sample((id, at, port, topic, payload) =>
        {
            var pipe = new ArrayBufferWriter<byte>();
            for (var copy = 0; copy < 2; copy++)
            {
                new ReceivedRecord { PacketId = id, ReceivedAt = at, Kind = RecordKind.PortPayload, Port = port, Qos = 1, Topic = topic, Payload = payload }.WriteTo(pipe);
            }

            Assert.True(ReceivedRecord.TryRead(pipe.WrittenSpan, out var read));
            Assert.Equal(pipe.WrittenCount, 2 * read.Length);
            Assert.True(ReceivedRecord.TryRead(pipe.WrittenSpan[read.Length..], out read));
            Assert.Equal((id, at, RecordKind.PortPayload, port, (byte)1), (read.PacketId, read.ReceivedAt, read.Kind, read.Port, read.Qos));
            Assert.Equal(topic, read.Topic);
            Assert.Equal(payload, read.Payload);
            Assert.False(ReceivedRecord.TryRead(pipe.WrittenSpan[(2 * read.Length)..], out _));
        });
}
