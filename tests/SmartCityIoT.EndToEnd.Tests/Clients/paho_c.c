/* Eclipse Paho C, its synchronous library, as one connection of a device. DriverClient.cs says what is asked of it and what it answers. */
#include <MQTTClient.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PACKET_IDS = 65536, LINE_BYTES = 256 * 1024, POLL_MICROSECONDS = 10 * 1000 };

static char **arguments;
static MQTTClient client;
static int is_version_5;
static volatile int is_connected;
static int close_code;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static int numbers[PACKET_IDS]; /* of the publish under each packet id; 0 = none */
static int early[PACKET_IDS];   /* 1 + code of an answer that came before the publish had returned */

static const char *option(const char *name)
{
    size_t length = strlen(name);
    for (char **each = arguments; *each; each++)
        if (strncmp(*each, name, length) == 0 && (*each)[length] == '=') return *each + length + 1;
    return NULL;
}

static int is_on(const char *name)
{
    const char *value = option(name);
    return value && strcmp(value, "1") == 0;
}

static void answered(int packet_id, int code)
{
    pthread_mutex_lock(&gate);
    int number = numbers[packet_id];
    numbers[packet_id] = 0;
    if (number == 0) early[packet_id] = 1 + code;
    pthread_mutex_unlock(&gate);
    if (number > 0) printf("{\"event\":\"published\",\"number\":%d,\"code\":%d}\n", number, code);
}

static void sent(int number, int packet_id, int qos)
{
    pthread_mutex_lock(&gate);
    int code = qos == 0 ? 0 : early[packet_id] - 1;
    early[packet_id] = 0;
    if (code < 0) numbers[packet_id] = number;
    pthread_mutex_unlock(&gate);
    if (code >= 0) printf("{\"event\":\"published\",\"number\":%d,\"code\":%d}\n", number, code);
}

static void on_delivered(void *context, MQTTClient_deliveryToken packet_id)
{
    if (!is_version_5) answered(packet_id, 0);
}

static void on_published(void *context, int packet_id, int packet_type, MQTTProperties *properties, enum MQTTReasonCodes code)
{
    answered(packet_id, code);
}

static int on_message(void *context, char *topic, int topic_length, MQTTClient_message *message)
{
    flockfile(stdout);
    printf("{\"event\":\"message\",\"topic\":\"%s\",\"qos\":%d,\"retain\":%s,\"dup\":%s,\"payload\":\"",
           topic, message->qos, message->retained ? "true" : "false", message->dup ? "true" : "false");
    for (int i = 0; i < message->payloadlen; i++) printf("%02x", ((unsigned char *)message->payload)[i]);
    printf("\"}\n");
    funlockfile(stdout);
    MQTTClient_freeMessage(&message);
    MQTTClient_free(topic);
    return 1;
}

static void on_disconnect(void *context, MQTTProperties *properties, enum MQTTReasonCodes code)
{
    close_code = code; /* of the platform's DISCONNECT: on_lost is not called after it */
    is_connected = 0;
}

static void on_lost(void *context, char *cause)
{
    is_connected = 0;
}

static int connect_once(void)
{
    const char *way = option("way");
    int is_web = strncmp(way, "ws", 2) == 0;
    MQTTClient_connectOptions tcp3 = MQTTClient_connectOptions_initializer, tcp5 = MQTTClient_connectOptions_initializer5;
    MQTTClient_connectOptions web3 = MQTTClient_connectOptions_initializer_ws, web5 = MQTTClient_connectOptions_initializer5_ws;
    MQTTClient_connectOptions connect = is_web ? (is_version_5 ? web5 : web3) : (is_version_5 ? tcp5 : tcp3);
    MQTTClient_SSLOptions tls = MQTTClient_SSLOptions_initializer;
    MQTTClient_willOptions will = MQTTClient_willOptions_initializer;
    connect.MQTTVersion = is_version_5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1;
    if (is_version_5) connect.cleanstart = is_on("clean");
    else connect.cleansession = is_on("clean");
    connect.reliable = 0; /* more than one message under way */
    connect.maxInflightMessages = 200;
    connect.username = option("user");
    connect.password = option("secret");
    if (strcmp(way, "tls") == 0 || strcmp(way, "wss") == 0)
    {
        tls.trustStore = option("ca");
        tls.keyStore = option("cert");
        tls.privateKey = option("key");
        tls.verify = 1;
        connect.ssl = &tls;
    }
    if (option("will"))
    {
        will.topicName = option("will");
        will.message = "0";
        will.qos = 1;
        will.retained = 1;
        connect.will = &will;
    }

    int code;
    if (is_version_5)
    {
        MQTTProperties properties = MQTTProperties_initializer;
        MQTTProperty expiry = { .identifier = MQTTPROPERTY_CODE_SESSION_EXPIRY_INTERVAL, .value.integer4 = atoi(option("expiry")) };
        MQTTProperties_add(&properties, &expiry);
        MQTTResponse response = MQTTClient_connect5(client, &connect, &properties, NULL);
        code = response.reasonCode;
        MQTTResponse_free(response);
        MQTTProperties_free(&properties);
    }
    else code = MQTTClient_connect(client, &connect);
    if (code == MQTTCLIENT_SUCCESS)
    {
        is_connected = 1;
        /* Paho hands out whether there was a session in MQTT 3.1.1 alone. */
        const char *present = is_version_5 ? "null" : connect.returned.sessionPresent ? "true" : "false";
        printf("{\"event\":\"connected\",\"present\":%s}\n", present);
    }
    return code;
}

/* Tells of a connection that ended, and connects again where it is told to: what was not acknowledged Paho sends again then. */
static void *watch(void *context)
{
    for (;;)
    {
        usleep(POLL_MICROSECONDS);
        if (is_connected) continue;
        printf("{\"event\":\"closed\",\"code\":%d}\n", close_code);
        if (!is_on("again")) exit(0);
        while (connect_once() != MQTTCLIENT_SUCCESS) usleep(POLL_MICROSECONDS);
    }
    return NULL;
}

static void subscribe(const char *filter)
{
    int code;
    if (is_version_5)
    {
        MQTTResponse response = MQTTClient_subscribe5(client, filter, 1, NULL, NULL);
        code = response.reasonCode;
        MQTTResponse_free(response);
    }
    else code = MQTTClient_subscribe(client, filter, 1) == MQTTCLIENT_SUCCESS ? 1 : 0x80;
    printf("{\"event\":\"subscribed\",\"code\":%d}\n", code);
}

static void publish(int number, int qos, int is_retained, const char *topic, const char *hex)
{
    static unsigned char payload[LINE_BYTES / 2];
    int length = (int)strlen(hex) / 2, packet_id = 0, code;
    for (int i = 0; i < length; i++) sscanf(hex + 2 * i, "%2hhx", &payload[i]);
    do
    {
        if (is_version_5)
        {
            MQTTResponse response = MQTTClient_publish5(client, topic, length, payload, qos, is_retained, NULL, &packet_id);
            code = response.reasonCode;
            MQTTResponse_free(response);
        }
        else code = MQTTClient_publish(client, topic, length, payload, qos, is_retained, &packet_id);
        if (code == MQTTCLIENT_SUCCESS) sent(number, packet_id, qos);
        else usleep(POLL_MICROSECONDS);
    } while (code != MQTTCLIENT_SUCCESS);
}

int main(int count, char **values)
{
    static char line[LINE_BYTES], topic[256], hex[LINE_BYTES];
    char uri[256];
    arguments = values + 1;
    is_version_5 = strcmp(option("version"), "5") == 0;
    setvbuf(stdout, NULL, _IOLBF, LINE_BYTES);
    const char *way = option("way"), *scheme = strcmp(way, "tls") == 0 ? "ssl" : way;
    snprintf(uri, sizeof uri, "%s://%s:%s%s", scheme, option("host"), option("port"), strncmp(way, "ws", 2) == 0 ? "/mqtt" : "");
    MQTTClient_createOptions create = MQTTClient_createOptions_initializer;
    create.MQTTVersion = is_version_5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1;
    MQTTClient_createWithOptions(&client, uri, option("client"), MQTTCLIENT_PERSISTENCE_NONE, NULL, &create);
    MQTTClient_setCallbacks(client, NULL, on_lost, on_message, on_delivered);
    if (is_version_5)
    {
        MQTTClient_setPublished(client, NULL, on_published);
        MQTTClient_setDisconnected(client, NULL, on_disconnect);
    }

    int code = connect_once();
    if (code != MQTTCLIENT_SUCCESS)
    {
        printf("{\"event\":\"refused\",\"code\":%d}\n", code);
        return 0;
    }
    pthread_t watching;
    pthread_create(&watching, NULL, watch, NULL);
    if (option("subscribe")) subscribe(option("subscribe"));
    for (int number = 1; fgets(line, sizeof line, stdin); number++)
    {
        int qos, is_retained;
        hex[0] = 0;
        if (sscanf(line, "publish %d %d %255s %s", &qos, &is_retained, topic, hex) >= 3) publish(number, qos, is_retained, topic, hex);
        else
        {
            MQTTClient_disconnect(client, 1000);
            is_connected = 0;
        }
    }
    pause();
}
